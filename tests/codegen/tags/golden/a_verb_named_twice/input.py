# +genclient
# +genclient:onlyVerbs=get,list,get
class Foo:
    pass
