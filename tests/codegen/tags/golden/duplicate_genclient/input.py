# +genclient
# +genclient
class Foo:
    pass
