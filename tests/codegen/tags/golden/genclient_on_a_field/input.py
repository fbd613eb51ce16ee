class Foo:
    # +genclient
    bar: str
