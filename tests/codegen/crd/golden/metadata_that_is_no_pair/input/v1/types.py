from kube.runtime import Object


# +kubebuilder:metadata:annotations="a",labels="=b"
class Sample(Object):
    """Sample is a sample."""
