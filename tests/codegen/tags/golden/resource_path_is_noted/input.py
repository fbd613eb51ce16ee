# +genclient
# +resource:path=cluster
class Foo:
    pass
