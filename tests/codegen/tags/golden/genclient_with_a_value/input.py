# +genclient=true
class Foo:
    pass
