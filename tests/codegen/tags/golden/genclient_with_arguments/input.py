# +genclient(all)
class Foo:
    pass
