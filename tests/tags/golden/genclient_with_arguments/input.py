# +genclient(all)
class Foo(Object):
    pass
