"""The kind that is reconciled."""

from __future__ import annotations

from kube.runtime import Object, ObjectList, Resource, Struct, field, register_resources
from kube.runtime.deepcopy import register_copiers


class WebSpec(Struct):
    replicas: int = 0
    color: str = ""


class WebStatus(Struct):
    replicas: int = 0


class Web(Object):
    spec: WebSpec = field(default_factory=WebSpec)
    status: WebStatus = field(default_factory=WebStatus)


def _copy_web(source: Web) -> Web:
    """As `codegen deepcopy` writes it; the Go program has its twin by hand too."""
    out = source.__copy__()
    out.metadata = source.metadata.deep_copy()
    out.spec = source.spec.__copy__()
    out.status = source.status.__copy__()
    return out


register_copiers({Web: _copy_web})

WEBS = Resource(
    group="example.com",
    version="v1",
    kind="Web",
    plural="webs",
    namespaced=True,
    type=Web,
    list_type=ObjectList[Web],
)
register_resources(WEBS)

DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "webs.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Web", "plural": "webs"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "x-kubernetes-preserve-unknown-fields": True,
                    }
                },
            }
        ],
    },
}
