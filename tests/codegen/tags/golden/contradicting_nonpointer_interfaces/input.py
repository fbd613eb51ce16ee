# +k8s:deepcopy-gen:interfaces=kube.runtime.Object
# +k8s:deepcopy-gen:nonpointer-interfaces=true
# +k8s:deepcopy-gen:nonpointer-interfaces=false
class Foo:
    pass
