# +genclient please
class Foo(Object):
    pass
