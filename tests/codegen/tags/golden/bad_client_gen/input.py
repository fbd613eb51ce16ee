# +genclient
# +k8s:client-gen=1
class Foo:
    pass
