# +kubebuilder:subresource:status=true
# +kubebuilder:resource=foos
class Foo(Object):
    pass
