# +genclient
# +genclient:skipVerbs=get
class Foo:
    pass
