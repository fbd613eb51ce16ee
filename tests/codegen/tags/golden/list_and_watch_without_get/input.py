# +genclient
# +genclient:onlyVerbs=create,list,watch
class Foo:
    pass
