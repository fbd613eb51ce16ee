# +k8s:deepcopy-gen:nonpointer-interfaces=true
class Foo:
    pass
