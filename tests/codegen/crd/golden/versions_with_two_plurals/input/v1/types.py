from kube.runtime import Object


# +kubebuilder:storageversion
# +kubebuilder:resource:path=smpls,singular=smpl
class Sample(Object):
    """Sample is a sample."""
