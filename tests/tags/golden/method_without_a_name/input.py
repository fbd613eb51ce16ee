# +genclient
# +genclient:method=,verb=update
class Foo(Object):
    pass
