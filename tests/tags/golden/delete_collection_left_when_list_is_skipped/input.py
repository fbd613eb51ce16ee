# +genclient
# +genclient:skipVerbs=list
class Foo(Object):
    pass
