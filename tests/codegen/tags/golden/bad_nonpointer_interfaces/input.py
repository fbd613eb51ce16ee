# +k8s:deepcopy-gen:interfaces=kube.runtime.Object
# +k8s:deepcopy-gen:nonpointer-interfaces=yes
class Foo:
    pass
