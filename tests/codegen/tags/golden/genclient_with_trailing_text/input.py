# +genclient please
class Foo:
    pass
