"""An API server for tests: embedded and in memory, over HTTP where something else must reach it.

`Environment` runs it, or the real kube-apiserver where its binaries are available. `Server` is the
embedded one as a function; `MemoryTransport` and `AsyncMemoryTransport` carry a client's requests
to it within the process. It keeps everything in memory, authenticates nobody and must not be used
in production.
"""

from kube.envtest.apiserver import (
    Action,
    Column,
    Delay,
    Scale,
    Server,
    ServerResource,
    StatusError,
    WatchStream,
)
from kube.envtest.environment import Environment
from kube.envtest.manifests import ManifestPaths
from kube.envtest.memory import AsyncMemoryTransport, MemoryTransport
from kube.envtest.real.assets import MissingAssetError

__all__ = [
    "Action",
    "AsyncMemoryTransport",
    "Column",
    "Delay",
    "Environment",
    "ManifestPaths",
    "MemoryTransport",
    "MissingAssetError",
    "Scale",
    "Server",
    "ServerResource",
    "StatusError",
    "WatchStream",
]
