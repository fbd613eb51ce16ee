# +genclient
# +genclient
class Foo(Object):
    pass
