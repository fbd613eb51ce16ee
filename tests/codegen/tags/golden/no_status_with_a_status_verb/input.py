# +genclient
# +genclient:noStatus
# +genclient:onlyVerbs=get,updateStatus
class Foo:
    pass
