# +genclient
# +genclient:onlyVerbs=get,,list
class Foo:
    pass
