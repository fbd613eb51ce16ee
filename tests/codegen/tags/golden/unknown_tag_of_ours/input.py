# +k8s:deepcpy-gen=true
# +genclient:noStatuss
# +kubebuilder:storageversions
# +k8s:zzz
class Foo:
    pass
