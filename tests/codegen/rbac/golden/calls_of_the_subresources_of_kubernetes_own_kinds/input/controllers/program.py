from kube.api.autoscaling.v1 import Scale
from kube.api.core.v1 import Pod
from kube.api.policy.v1 import Eviction
from kube.clientset import AsyncClientset, Clientset

# +kubebuilder:rbac:groups=apps,resources=deployments/scale,verbs=get;update;patch
# +kubebuilder:rbac:groups="",resources=pods/eviction,verbs=create
# +kubebuilder:rbac:groups="",resources=pods/binding,verbs=create


def granted(clients: Clientset, scale: Scale) -> None:
    clients.apps_v1.deployments("x").get_scale("a")
    clients.apps_v1.deployments("x").update_scale("a", scale)
    clients.core_v1.pods("x").evict("a", Eviction())


async def missing(clients: AsyncClientset, pod: Pod) -> None:
    pods = clients.core_v1.pods("x")
    await pods.update_resize("a", pod)
    await pods.update_ephemeral_containers("a", pod)
    await clients.core_v1.service_accounts("x").create_token("a", {})
    await clients.apps_v1.stateful_sets("x").get_scale("a")
