# +genclient
# +genclient:noVerbs
# +genclient:onlyVerbs=get
# +genclient:readonly
class Foo:
    pass
