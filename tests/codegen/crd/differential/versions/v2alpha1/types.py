from kube.runtime import Object


# +kubebuilder:skipversion
class Sample(Object):
    """Sample is the sample of v2alpha1."""
