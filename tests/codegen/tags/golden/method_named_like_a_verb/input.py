# +genclient
# +genclient:method=Get,verb=get,subresource=scale
class Foo:
    pass
