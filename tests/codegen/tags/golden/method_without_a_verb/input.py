# +genclient
# +genclient:method=UpdateScale,subresource=scale
class Foo:
    pass
