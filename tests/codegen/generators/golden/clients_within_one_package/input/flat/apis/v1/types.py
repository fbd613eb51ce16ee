from __future__ import annotations

from kube.runtime import Object, ObjectList


# +genclient
class Tile(Object):
    """A tile."""

    color: str = ""


class TileList(ObjectList[Tile]):
    """A list of tiles."""
