"""A controller that asks for what it may."""


# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters,verbs=get;list;watch;update
# +kubebuilder:rbac:groups=clusterprovisioner.rke.io,resources=clusters/status,verbs=update
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=list;patch
# +kubebuilder:rbac:groups="",resources=configmaps,verbs=create
# +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses,verbs=deletecollection
async def run(clients, factory) -> None:
    clusters = clients.clusterprovisioner_v1alpha1.clusters()
    cluster = await clusters.get("a")
    await clusters.update(cluster)
    await clusters.update_status(cluster)
    factory.clusterprovisioner.v1alpha1.clusters.informer.add_event_handler()
    deployments = (await clients.apps_v1.deployments("x").list()).items
    await clients.apps_v1.deployments("x").apply(deployments[0])
    await clients.core_v1.config_maps("x").create(object())
    await clients.networking_v1.ingresses("x").delete_collection()
