# +genclient
# +genclient:onlyVerbs=get,list
# +genclient:skipVerbs=list
class Foo(Object):
    pass
