from kube.runtime import Object


# +kubebuilder:storageversion
# +kubebuilder:resource:path=smpls,scope=Cluster
class Sample(Object):
    """Sample is a sample."""
