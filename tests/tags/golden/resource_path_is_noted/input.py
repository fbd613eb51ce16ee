# +genclient
# +resource:path=cluster
class Foo(Object):
    pass
