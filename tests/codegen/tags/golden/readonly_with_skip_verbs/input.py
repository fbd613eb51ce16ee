# +genclient
# +genclient:skipVerbs=watch
# +genclient:readonly
class Foo:
    pass
