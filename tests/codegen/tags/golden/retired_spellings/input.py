# +nonNamespaced=true
# +readonly=true
# +genclient:resourceName=foos
# +noMethods=true
class Foo:
    pass
