# +genclient
# +genclient:method=GetScale,get
class Foo(Object):
    pass
