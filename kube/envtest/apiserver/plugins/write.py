"""What plugins know of a write."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.runtime.trees import Tree


class Write(msgspec.Struct, frozen=True):
    """A create or an update of one object."""

    state: State
    resource: ServerResource
    namespace: str
    subresource: str = ""
    is_dry_run: bool = False

    def is_of(self, group: str, plural: str) -> bool:
        return self.resource.storage == (group, plural)

    def has(self, plural: str) -> bool:
        """Whether there is any object of a plural of core/v1, in whichever namespace."""
        return bool(self.state.store.collection(("", plural)).objects)

    def beside(self, plural: str) -> Iterator[Tree]:
        """The objects of a plural of core/v1 in the namespace, by name."""
        collection = self.state.store.collection(("", plural))
        if self.namespace:
            yield from (stored.tree for stored in collection.scan(self.namespace, None, None))

    def forbidden(self, new: Tree, why: str) -> StatusError:
        metadata = new["metadata"]
        name = str(metadata.get("name") or metadata.get("generateName") or "Unknown")
        return status.forbidden(self.resource.group, self.resource.plural, name, why)
