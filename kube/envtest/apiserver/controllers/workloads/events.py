"""Events: what a controller tells of an object."""

from __future__ import annotations

import uuid

from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

EVENTS = ("", "events")


def warn(
    state: State,
    component: str,
    resource: ServerResource,
    about: Stored,
    reason: str,
    message: str,
) -> None:
    """Store a warning about an object; the same one again is counted, as client-go's recorder does.

    An Event that the server refuses, as in a namespace that goes away, is dropped.
    """
    metadata, now = about.tree["metadata"], state.timestamp()
    namespace = metadata.get("namespace") or "default"
    involved = {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "name": metadata["name"],
        "namespace": metadata.get("namespace") or "",
        "uid": metadata["uid"],
        "resourceVersion": metadata["resourceVersion"],
    }
    target = state.target_at(EVENTS, namespace)
    # One warning has one name, by which it is found when it is counted.
    told = uuid.uuid5(uuid.NAMESPACE_OID, f"{metadata['uid']}/{component}/{reason}/{message}")
    name = f"{metadata['name']}.{told.hex[:16]}"
    known = target.collection.objects.get((namespace, name))
    try:
        if known is not None:
            count = known.tree.get("count", 1) + 1
            again = {**known.tree, "metadata": dict(known.tree["metadata"])}
            writes.update(
                target, name, {**again, "count": count, "lastTimestamp": now}, state.write_options()
            )
            return
        new: Tree = {
            "metadata": {"name": name},
            "involvedObject": involved,
            "reason": reason,
            "message": message,
            "type": "Warning",
            "source": {"component": component},
            "reportingComponent": component,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        writes.create(target, writes.completed(target.resource, new), state.write_options())
    except StatusError:
        return
