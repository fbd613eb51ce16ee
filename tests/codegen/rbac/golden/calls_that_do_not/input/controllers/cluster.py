"""A controller whose markers are not what it does."""


# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;delete
# +kubebuilder:rbac:groups="",resources=secrets,verbs=*
class Reconciler:
    def __init__(self, clients) -> None:
        self.clients = clients
        self.deployments = clients.apps_v1.deployments("x")

    def reconcile(self) -> None:
        self.deployments.get("a")
        self.deployments.update_status(object())
        self.clients.core_v1.secrets("x").get("a")
        if found := self.clients.batch_v1.jobs("x").list():
            self.clients.batch_v1.jobs("x").delete(found)
