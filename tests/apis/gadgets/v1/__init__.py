# +k8s:deepcopy-gen=package,register
# +groupName=gadgets.example.com
"""v1 is the v1 version of the gadgets API."""

from tests.apis.gadgets.v1.enums import Colour, Mode, Priority
from tests.apis.gadgets.v1.kinds import (
    Class,
    ClassList,
    Gadget,
    GadgetList,
    GadgetSpec,
    GadgetStatus,
    Gizmo,
    GizmoList,
    HTTPProxy,
    HTTPProxyList,
    Scale,
)
from tests.apis.gadgets.v1.parts import Labels, Page, Part, Percent, Ports, PortSpec, Tree

__all__ = [
    "Class",
    "ClassList",
    "Colour",
    "Gadget",
    "GadgetList",
    "GadgetSpec",
    "GadgetStatus",
    "Gizmo",
    "GizmoList",
    "HTTPProxy",
    "HTTPProxyList",
    "Labels",
    "Mode",
    "Page",
    "Part",
    "Percent",
    "PortSpec",
    "Ports",
    "Priority",
    "Scale",
    "Tree",
]
