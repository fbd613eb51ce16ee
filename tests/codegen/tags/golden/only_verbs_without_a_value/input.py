# +genclient
# +genclient:onlyVerbs
class Foo:
    pass
