# +k8s:deepcopy-gen=false
# +k8s:deepcopy-gen:interfaces=kube.runtime.Object
class Foo:
    pass
