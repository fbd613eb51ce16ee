# +genclient
# +genclient:method=update-scale,verb=update
class Foo:
    pass
