# +genclient=true
class Foo(Object):
    pass
