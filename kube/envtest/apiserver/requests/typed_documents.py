"""Documents in bodies that are no objects: options of a deletion, what is posted to subresources.

Their types are read as Go reads them, so that the verbs can rely on them.
"""

from __future__ import annotations

import functools

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas.readers import Reader, Readers, RefusedError
from kube.envtest.apiserver.schemas.reading import Notes
from kube.runtime.trees import Tree

_TYPES = {
    "Binding": "io.k8s.api.core.v1.Binding",
    "DeleteOptions": "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
    "Eviction": "io.k8s.api.policy.v1.Eviction",
    "TokenRequest": "io.k8s.api.authentication.v1.TokenRequest",
}
"""The documents that the core group's OpenAPI document describes."""


def check(kind: str, document: Tree) -> None:
    """Raise StatusError 400 for a member of a type that Go's decoder refuses."""
    try:
        _reader(kind)(document, Notes())
    except RefusedError as error:
        where = f'{kind} in version "v1" cannot be handled as a {kind}'
        raise status.bad_request(f"{where}: {error}") from None


@functools.cache
def _reader(kind: str) -> Reader:
    return Readers("", "v1").struct(_TYPES[kind])
