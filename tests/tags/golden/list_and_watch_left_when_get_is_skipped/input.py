# +genclient
# +genclient:skipVerbs=get
class Foo(Object):
    pass
