# +genclient
# +genclient:onlyVerbs=get
# +genclient:onlyVerbs=list
class Foo:
    pass
