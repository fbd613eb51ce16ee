# +genclient
# +genclient:onlyVerbs=get,applyStatus
class Foo(Object):
    pass
