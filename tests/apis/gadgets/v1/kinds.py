"""The kinds of the group."""

import typing as t

import kube.api.meta.v1 as metav1
from kube.runtime import Object, ObjectList, Struct, field

from . import enums
from .enums import Colour
from .parts import Labels, Page, Part, Percent, Tree


class GadgetSpec(Struct):
    """What a gadget is to be."""

    # How many there are.
    # +kubebuilder:validation:Minimum=0
    replicas: int = 1

    mode: enums.Mode = enums.Mode.MANUAL
    priority: t.Optional[enums.Priority] = None  # noqa: UP045
    colours: t.List[Colour] | None = None  # noqa: UP006
    labels: Labels | None = None
    parts: Page[Part] = field(default_factory=Page[Part])
    numbers: Page[int] | None = None
    tree: Tree | None = None
    selector: metav1.LabelSelector | None = None
    progress: Percent = 0
    greeting: str = field(default_factory=lambda: "hello")


class GadgetStatus(Struct):
    """What is known of a gadget."""

    ready_replicas: int = 0
    conditions: list[metav1.Condition] | None = None
    observed: metav1.Time | None = None


class Scale(Object):
    """How many gadgets there are; reached through Gadget alone."""

    replicas: int = 0


# +genclient
# +genclient:method=GetScale,verb=get,subresource=scale,result=Scale
# +genclient:method=UpdateScale,verb=update,subresource=scale,input=Scale,result=Scale
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
# +kubebuilder:subresource:status
# +kubebuilder:resource:shortName=gd


class Gadget(Object):
    """A gadget."""

    spec: GadgetSpec
    status: GadgetStatus = field(default_factory=GadgetStatus)


class GadgetList(ObjectList[Gadget]):
    """A list of Gadgets."""


# +genclient
# +genclient:nonNamespaced
# +genclient:readonly
# +resourceName=gizmoes
class Gizmo(Object):
    """A thing without a spec, which clients only read."""

    weight: float | None = None


class GizmoList(ObjectList[Gizmo]):
    """A list of Gizmos."""


# +genclient
# +genclient:skipVerbs=deleteCollection,patch
#
# A proxy, whose name tests how acronyms are cut.
class HTTPProxy(Object):
    spec: dict[str, t.Any] = field(default_factory=dict)


class HTTPProxyList(ObjectList[HTTPProxy]):
    """A list of HTTPProxies."""


# +genclient
# +genclient:noStatus
# +kubebuilder:resource:scope=Cluster
class Class(Object):
    """A kind named like a word of the language."""

    provisioner: str
    status: str = ""


class ClassList(ObjectList[Class]):
    """A list of Classes."""
