"""Types shared with v1 are imported from there, in the ways that Python has for it."""

from __future__ import annotations

from kube.runtime import Object, ObjectList, field
from tests.apis.gadgets import v1
from tests.apis.gadgets.v1 import GadgetStatus as Status


# +genclient
class Gadget(Object):
    """A gadget, as it was."""

    size: int = 0
    colour: v1.Colour = v1.Colour.GREEN
    part: v1.Part | None = None
    status: Status = field(default_factory=Status)


class GadgetList(ObjectList[Gadget]):
    """A list of Gadgets."""
