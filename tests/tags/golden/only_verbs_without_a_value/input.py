# +genclient
# +genclient:onlyVerbs
class Foo(Object):
    pass
