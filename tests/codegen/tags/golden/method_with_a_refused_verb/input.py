# +genclient
# +genclient:method=Watch2,verb=watch
# +genclient:method=Drop,verb=delete
# +genclient:method=DropAll,verb=deleteCollection
# +genclient:method=Status,verb=updateStatus
class Foo:
    pass
