from kube.runtime import Object


# +kubebuilder:resource:shortName=sm,singular=smpl,scope=Cluster
class Sample(Object):
    """Sample is a sample."""
