# +genclient
# +genclient:skipVerbs=delete,apply
class Foo(Object):
    pass
