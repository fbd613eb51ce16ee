from kube.runtime import Object


# +kubebuilder:unservedversion
class Sample(Object):
    """Sample is a sample."""
