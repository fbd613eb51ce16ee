from kube.runtime import Object


# +kubebuilder:resource:shortName=b
class Sample(Object):
    """Sample is a sample."""
