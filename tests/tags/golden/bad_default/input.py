class Foo(Object):
    # +default={a: 1}
    bar: str
