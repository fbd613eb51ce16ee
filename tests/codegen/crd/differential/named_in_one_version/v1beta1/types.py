from kube.runtime import Object


# +kubebuilder:resource:path=smpls,singular=smpl,shortName=sm;sp,categories=all,scope=Cluster
class Sample(Object):
    """Sample is a sample."""
