# +genclient
# +genclient:skipVerbs=list
class Foo:
    pass
