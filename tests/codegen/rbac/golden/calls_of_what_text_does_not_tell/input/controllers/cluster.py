"""A controller whose calls may need more than text tells: no rule is called superfluous."""

# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch;create;update;delete
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=update;patch;create;get;deletecollection

from apis.clusterprovisioner.v1alpha1 import Cluster
from kube.client import AsyncClient, AsyncDeletesCollection, AsyncDynamicClient, AsyncGets


async def run(client: AsyncClient, cache, obj, factory, gvr, dynamic: AsyncDynamicClient) -> None:
    await client.update(obj)
    await client.apply(obj, field_manager="me")
    await client.delete(Cluster, "a")
    cache.get(Cluster, "a")
    factory.for_resource(gvr).informer.add_event_handler()
    await (await dynamic.named("deploy")).get("a")


class Deployments(AsyncGets, AsyncDeletesCollection):
    """A typed client that was written by hand."""
