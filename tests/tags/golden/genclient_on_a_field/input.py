class Foo(Object):
    # +genclient
    bar: str
