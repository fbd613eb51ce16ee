# +genclient
# +genclient:skipVerbs=delete,apply
class Foo:
    pass
