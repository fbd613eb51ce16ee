# +genclient
# +resourceName=Foo_s
class Foo(Object):
    pass
