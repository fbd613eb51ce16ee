from kube.runtime import Object, ObjectList, Struct, field


class GatewaySpec(Struct):
    listeners: list[str] | None = None


# +genclient
# +kubebuilder:resource:scope=Cluster
# +kubebuilder:deprecatedversion
class Gateway(Object):
    """A gateway."""

    spec: GatewaySpec = field(default_factory=GatewaySpec)


class GatewayList(ObjectList[Gateway]):
    """A list of Gateway."""
