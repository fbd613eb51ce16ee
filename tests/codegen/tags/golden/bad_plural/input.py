# +genclient
# +resourceName=Foo_s
class Foo:
    pass
