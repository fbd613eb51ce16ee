# +genclient
# +genclient:skipVerbs=UPDATE,update-status
class Foo:
    pass
