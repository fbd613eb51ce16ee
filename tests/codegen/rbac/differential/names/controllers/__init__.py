"""The controllers of the differential case names."""

# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get,namespace=zoo
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=list,namespace=ark
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=watch


def reconcile_0() -> None:
    """Do nothing."""


# +kubebuilder:rbac:groups="",resources=pods,verbs=get,roleName=reader
# +kubebuilder:rbac:groups="",resources=pods,verbs=list,roleName=reader,namespace=zoo


def reconcile_1() -> None:
    """Do nothing."""
