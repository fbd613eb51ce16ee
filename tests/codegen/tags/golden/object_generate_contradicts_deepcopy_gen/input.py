# +k8s:deepcopy-gen=true
# +kubebuilder:object:generate=false
class Foo:
    pass
