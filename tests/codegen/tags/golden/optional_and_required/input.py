class Foo:
    # +optional
    # +required
    bar: str
