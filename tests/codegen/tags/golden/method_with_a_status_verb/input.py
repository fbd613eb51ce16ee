# +genclient
# +genclient:method=Mark,verb=applyStatus
class Foo:
    pass
