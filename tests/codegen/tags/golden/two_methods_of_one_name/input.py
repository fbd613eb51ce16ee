# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale
# +genclient:method=getScale,verb=get
class Foo:
    pass
