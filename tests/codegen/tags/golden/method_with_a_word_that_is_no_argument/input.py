# +genclient
# +genclient:method=GetScale,get
class Foo:
    pass
