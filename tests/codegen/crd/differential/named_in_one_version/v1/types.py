from kube.runtime import Object


# +kubebuilder:storageversion
class Sample(Object):
    """Sample is a sample."""
