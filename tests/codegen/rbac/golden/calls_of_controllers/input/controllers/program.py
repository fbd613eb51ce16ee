# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters/status,verbs=update
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=kubeconfigs,verbs=get;list;watch;create;update
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=list;watch;delete
# +kubebuilder:rbac:groups=apps,resources=statefulsets,verbs=get;create;patch
# +kubebuilder:rbac:groups="",resources=configmaps;services,verbs=list;watch
# +kubebuilder:rbac:groups="",resources=events,verbs=create;patch
# +kubebuilder:rbac:groups=coordination.k8s.io,resources=leases,verbs=get;create;update

from apis.clusterprovisioner.v1alpha1 import Cluster, Kubeconfig
from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import ConfigMap, Service
from kube.client import Config
from kube.controller import Client, Controller, Manager, Watch, apply, create_or_update


class Reconciler:
    def __init__(self, client: Client) -> None:
        self.client = client

    async def reconcile(self, request):
        cluster = await self.client.get(Cluster, request.name)
        await self.client.status(cluster).update()
        await create_or_update(self.client, Kubeconfig(), lambda one: None)
        await apply(self.client, configuration(cluster), field_manager="docs")


def to_cluster(obj):
    return []


async def main():
    manager = Manager(Config.load(), leader_election="clusterprovisioner")
    manager.add(
        Controller(
            Cluster,
            Reconciler(manager.client),
            owns=[Kubeconfig, Watch(Deployment)],
            watches=[Watch(ConfigMap, to_cluster)],
        )
    )
    manager.index(Service, "app", lambda service: [])
    await manager.reader.list(Service)
    await manager.run()
