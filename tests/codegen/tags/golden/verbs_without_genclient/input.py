# +genclient:onlyVerbs=get
# +genclient:noStatus
# +genclient:method=Scale,verb=get
class Foo:
    pass
