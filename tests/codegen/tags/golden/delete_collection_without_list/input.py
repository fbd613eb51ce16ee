# +genclient
# +genclient:onlyVerbs=get,deleteCollection
class Foo:
    pass
