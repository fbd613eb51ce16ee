# +k8s:deepcopy-gen:interfaces=kube.runtime.Object,github.com/example/api.Thing,a-b
class Foo:
    pass
