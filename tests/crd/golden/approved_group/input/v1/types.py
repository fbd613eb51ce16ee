from kube.runtime import Object


# +kubebuilder:metadata:annotations="api-approved.kubernetes.io=unapproved, experimental"
class Sample(Object):
    """Sample is a sample."""
