# +genclient
# +genclient:method=GetScale,verb=get,subresources=scale
class Foo:
    pass
