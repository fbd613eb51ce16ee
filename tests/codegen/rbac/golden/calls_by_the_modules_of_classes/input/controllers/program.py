import apis.clusterprovisioner.v1alpha1.types
import kube.api.core.v1 as core
import kube.controller as runtime
from apis.clusterprovisioner import v1alpha1
from kube.api.apps.v1 import Deployment as Program
from kube.controller import Client as Anything


class Reconciler:
    def __init__(self, client: Anything) -> None:
        self.client = client

    # +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch
    async def reconcile(self, request):
        cluster = await self.client.get(v1alpha1.Cluster, request.name)
        await runtime.patch_status(self.client, cluster, lambda one: None)
        await self.client.create(core.Pod(metadata=None))
        await release(self.client, cluster)


# A helper function in which the client has another name.
async def release(anything: "Anything", cluster: v1alpha1.Cluster) -> None:
    for each in (await anything.list(apis.clusterprovisioner.v1alpha1.types.Kubeconfig)).items:
        await anything.delete(each)
    await anything.delete(cluster)


def add(one: runtime.Manager, other: runtime.Manager) -> None:
    for manager in (one, other):
        reconciler = Reconciler(manager.client)
        manager.add(runtime.Controller(v1alpha1.Cluster, reconciler, owns=[Program]))
