# +genclient
# +resourceName=foos
# +resourceName=bars
class Foo:
    pass
