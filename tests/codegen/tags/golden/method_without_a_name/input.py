# +genclient
# +genclient:method=,verb=update
class Foo:
    pass
