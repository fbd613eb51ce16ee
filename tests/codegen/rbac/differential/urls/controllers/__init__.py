"""The controllers of the differential case urls."""

# +kubebuilder:rbac:urls=/metrics;/healthz,verbs=get
# +kubebuilder:rbac:urls=/version,verbs=get
# +kubebuilder:rbac:urls=/logs,verbs=post


def reconcile_0() -> None:
    """Do nothing."""


# +kubebuilder:rbac:groups=a.example.com,resources=as,verbs=get
# +kubebuilder:rbac:groups=b.example.com,resources=as,verbs=get


def reconcile_1() -> None:
    """Do nothing."""
