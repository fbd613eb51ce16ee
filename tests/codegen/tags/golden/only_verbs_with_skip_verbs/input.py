# +genclient
# +genclient:onlyVerbs=get,list
# +genclient:skipVerbs=list
class Foo:
    pass
