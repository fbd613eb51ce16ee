from kube.runtime import Object


# +kubebuilder:resource:path=smps,singular=smp
class Sample(Object):
    """Sample is a sample."""
