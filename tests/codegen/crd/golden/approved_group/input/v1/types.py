from kube.runtime import Object


# +kubebuilder:metadata:annotations="api-approved.kubernetes.io=https://github.com/kubernetes/enhancements/pull/1"
class Sample(Object):
    """Sample is a sample."""
