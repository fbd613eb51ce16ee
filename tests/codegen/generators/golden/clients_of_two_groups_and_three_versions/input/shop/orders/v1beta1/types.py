"""The version before the first."""

from kube.runtime import Object, ObjectList
from shop.orders.v1.types import OrderSpec


# +genclient
class Order(Object):
    """The status is not of this version."""

    spec: OrderSpec


class OrderList(ObjectList[Order]):
    """A list of Orders."""
