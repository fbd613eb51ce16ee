"""The embedded API server: a function from request to response over objects in memory.

`Server` is its face. Below it stand `requests` (from request to response) and `controllers` (what
follows from a write), then `state`, the `kinds` that every server has, `storage` (what a write does
to an object), `apply` (who owns which field), and `schemas` with CEL. It knows no sockets and no
event loops.
"""

from kube.envtest.apiserver.reactions import Action, Delay
from kube.envtest.apiserver.requests.watches import WatchStream
from kube.envtest.apiserver.resources import Column, Scale, ServerResource
from kube.envtest.apiserver.server import Server, failure
from kube.envtest.apiserver.status import StatusError

__all__ = [
    "Action",
    "Column",
    "Delay",
    "Scale",
    "Server",
    "ServerResource",
    "StatusError",
    "WatchStream",
    "failure",
]
