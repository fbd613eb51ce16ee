# +k8s:deepcopy-gen=true
# +k8s:deepcopy-gen=false
class Foo:
    pass
