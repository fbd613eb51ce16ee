# +genclient
# +resourceName=foos
# +resourceName=bars
class Foo(Object):
    pass
