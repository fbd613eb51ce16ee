"""The state of one server: resources, objects, its lock and its clocks.

Requests and controllers work on a `State`; each `Server` has one. Callers must hold `lock`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from kube.envtest.apiserver.authorization.authorizer import Authorizer
from kube.envtest.apiserver.authorization.tokens import Tokens
from kube.envtest.apiserver.kinds import GROUP_VERSIONS, load
from kube.envtest.apiserver.resources import Registry, ServerResource
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Store
from kube.envtest.apiserver.storage.strategies import PLAIN


@dataclass(slots=True)
class State:
    """The resources served, the objects stored, and the settings that requests depend on."""

    store: Store
    require_namespaces: bool
    """Whether a new object needs a namespace that exists."""
    bookmark_every: float
    """Seconds between the bookmarks of a watch."""
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    authorizer: Authorizer
    """Decides what users may do."""
    tokens: Tokens
    """Issues and reviews tokens of service accounts."""
    registry: Registry = field(default_factory=lambda: Registry(GROUP_VERSIONS(), load))
    lock: threading.RLock = field(default_factory=threading.RLock)

    def target(self, resource: ServerResource, namespace: str) -> writes.Target:
        """Where writes to a resource go, in a namespace ('' for cluster-scoped resources)."""
        collection = self.store.collection(resource.storage)
        strategy = resource.strategy or PLAIN
        return writes.Target(self.store, collection, resource, strategy, namespace)

    def target_at(self, storage: tuple[str, str], namespace: str) -> writes.Target:
        """The target of writes to a collection, whichever version serves it."""
        resource = self.registry.by_storage(storage)
        assert resource is not None, storage
        return self.target(resource, namespace)

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Release the lock, which the caller holds once, and take it again at the end."""
        self.lock.release()
        try:
            yield
        finally:
            self.lock.acquire()

    def timestamp(self) -> str:
        return writes.timestamp(self.now())

    def write_options(self) -> writes.WriteOptions:
        return writes.WriteOptions(now=self.timestamp())
