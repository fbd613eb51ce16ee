from kube.runtime import Object


# +kubebuilder:resource:shortName=sm
class Sample(Object):
    """Sample is a sample."""
