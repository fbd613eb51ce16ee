# +k8s:deepcpy-gen=true
# +genclient:noStatuss
# +kubebuilder:storageversions
# +k8s:zzz
# +kubebuilder:validation:Minimum: 1
class Foo:
    pass
