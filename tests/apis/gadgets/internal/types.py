"""Types that no server ever sees."""

from kube.runtime import Struct
from tests.apis.gadgets.v1 import Part


class Plan(Struct):
    """Which parts are to be made."""

    parts: list[Part] | None = None
