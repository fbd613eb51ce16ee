"""A controller."""

# +kubebuilder:rbac:groups="",resources=pods,verbs=get


# +kubebuilder:rbac:groups="",resources=services,verbs=get
class Reconciler:
    """A plain class."""

    # +kubebuilder:rbac:groups="",resources=configmaps,verbs=get

    # +kubebuilder:rbac:groups="",resources=secrets,verbs=get
    async def reconcile(self) -> None:
        """Do nothing."""


# +kubebuilder:rbac:groups="",resources=events,verbs=create
def helper() -> None:
    """Do nothing."""
