# +genclient
# +genclient:noVerbs
# +genclient:skipVerbs=get
class Foo:
    pass
