class Foo(Object):
    # +optional
    # +required
    bar: str
