# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,input=Scale
class Foo:
    pass
