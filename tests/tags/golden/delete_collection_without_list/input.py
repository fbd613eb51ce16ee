# +genclient
# +genclient:onlyVerbs=get,deleteCollection
class Foo(Object):
    pass
