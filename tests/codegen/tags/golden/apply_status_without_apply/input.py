# +genclient
# +genclient:onlyVerbs=get,applyStatus
class Foo:
    pass
