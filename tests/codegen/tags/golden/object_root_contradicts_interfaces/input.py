# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
# +kubebuilder:object:root=false
class Foo:
    pass
