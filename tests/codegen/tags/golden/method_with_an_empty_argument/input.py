# +genclient
# +genclient:method=GetScale,verb=get,subresource=,result=Scale
class Foo:
    pass
