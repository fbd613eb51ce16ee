"""The first version."""

from kube.runtime import Object, ObjectList, Struct, field


class OrderSpec(Struct):
    items: list[str] | None = None


class OrderStatus(Struct):
    shipped: bool = False


# +genclient
class Order(Object):
    """A namespaced kind with a status."""

    spec: OrderSpec
    status: OrderStatus = field(default_factory=OrderStatus)


class OrderList(ObjectList[Order]):
    """A list of Orders."""


# +genclient
# +kubebuilder:resource:scope=Cluster,path=depots
class Warehouse(Object):
    """A cluster-scoped kind without a status, whose plural is not the regular one."""

    city: str = ""


class WarehouseList(ObjectList[Warehouse]):
    """A list of Warehouses."""
