# +kubebuilder:subresource:status=true
# +kubebuilder:resource=foos
class Foo:
    pass
