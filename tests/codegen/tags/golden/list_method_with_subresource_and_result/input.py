# +genclient
# +genclient:method=ListScales,verb=list,subresource=scale,result=Scale
class Foo:
    pass
