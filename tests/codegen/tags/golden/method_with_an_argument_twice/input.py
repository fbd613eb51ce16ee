# +genclient
# +genclient:method=GetScale,verb=get,verb=update
class Foo:
    pass
