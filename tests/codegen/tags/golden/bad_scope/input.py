# +kubebuilder:resource:scope=cluster
class Foo:
    pass
