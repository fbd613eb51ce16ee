# +genclient
# +genclient:skipVerbs=UPDATE,update-status
class Foo(Object):
    pass
