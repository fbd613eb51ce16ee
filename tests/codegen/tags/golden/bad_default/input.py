class Foo:
    # +default={a: 1}
    bar: str
