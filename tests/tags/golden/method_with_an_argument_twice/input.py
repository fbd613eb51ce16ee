# +genclient
# +genclient:method=GetScale,verb=get,verb=update
class Foo(Object):
    pass
