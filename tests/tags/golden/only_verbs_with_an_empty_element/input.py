# +genclient
# +genclient:onlyVerbs=get,,list
class Foo(Object):
    pass
