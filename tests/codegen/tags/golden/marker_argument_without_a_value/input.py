# +kubebuilder:resource:scope
# +kubebuilder:resource:shortName=
class Foo:
    pass
