# +genclient
# +genclient:onlyVerbs=get,explode,Lst
class Foo:
    pass
