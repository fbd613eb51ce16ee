from __future__ import annotations

from kube.api.core.v1 import Toleration
from kube.runtime import Object, ObjectList, Struct
from kube.runtime.quantity import Quantity


class Overhead(Struct):
    pod_fixed: dict[str, Quantity] | None = None


class Scheduling(Struct):
    # +mapType=atomic
    node_selector: dict[str, str] | None = None

    # +listType=atomic
    tolerations: list[Toleration] | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class RuntimeClass(Object):
    """A way to run containers that nodes offer, by the name that Pods refer to it by."""

    handler: str
    overhead: Overhead | None = None
    scheduling: Scheduling | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class RuntimeClassList(ObjectList[RuntimeClass]):
    """A list of RuntimeClass."""
