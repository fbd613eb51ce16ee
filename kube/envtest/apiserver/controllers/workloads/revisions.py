"""ControllerRevisions: which template the Pods of a StatefulSet or DaemonSet were made of."""

from __future__ import annotations

from kube.envtest.apiserver.controllers.workloads.hashes import template_hash
from kube.envtest.apiserver.controllers.workloads.worker import (
    REVISIONS,
    Worker,
    controller_of,
    owned_by,
)
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

HASH = "controller-revision-hash"


def revisions_of(worker: Worker, owner: Stored) -> list[Stored]:
    """The revisions of an object, the oldest first."""
    namespace = owner.key[0]
    uid = owner.tree["metadata"]["uid"]
    collection = worker.state.store.collection(REVISIONS)
    found = [
        stored
        for stored in collection.scan(namespace, None, None)
        if (controller_of(stored.tree) or {}).get("uid") == uid
    ]
    return sorted(found, key=lambda stored: stored.tree.get("revision", 0))


def current_revision(worker: Worker, owner: Stored, kind: str) -> Stored | None:
    """The revision of the present template, made where there is none."""
    namespace, name = owner.key
    data = {"spec": {"template": {**owner.tree["spec"]["template"], "$patch": "replace"}}}
    known = revisions_of(worker, owner)
    number = 1 + max((each.tree.get("revision", 0) for each in known), default=0)
    for each in known:
        if each.tree.get("data") == data:
            if each is not known[-1]:
                return worker.update(REVISIONS, each, {**each.tree, "revision": number})
            return each
    if not worker.may_create(namespace):
        return known[-1] if known else None
    text = template_hash(owner.tree["spec"]["template"])
    labels = (owner.tree["spec"]["template"].get("metadata") or {}).get("labels") or {}
    metadata = {
        "name": f"{name}-{text}",
        "labels": {**labels, HASH: text},
        "ownerReferences": [owned_by(owner.tree, "apps/v1", kind)],
    }
    tree: Tree = {"metadata": metadata, "data": data, "revision": number}
    return worker.create(REVISIONS, namespace, tree)


def forget_revisions(worker: Worker, owner: Stored, used: set[str]) -> None:
    """Delete the oldest revisions that nothing uses, beyond the limit."""
    limit = owner.tree["spec"].get("revisionHistoryLimit", 10)
    unused = [each for each in revisions_of(worker, owner) if each.key[1] not in used]
    for each in unused[: max(0, len(unused) - limit)]:
        worker.delete(REVISIONS, each)
