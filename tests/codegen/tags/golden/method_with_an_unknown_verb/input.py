# +genclient
# +genclient:method=Explode,verb=explode
class Foo:
    pass
