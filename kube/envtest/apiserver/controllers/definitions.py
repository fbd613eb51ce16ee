"""The controller of CustomResourceDefinitions: it serves what they define, and deletes them.

The controller runs after each write in the same lock, so a client sees the conditions of a new
CRD a revision after its creation, in the order of events of the real server, but never waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kube.envtest.apiserver.apply import managers
from kube.envtest.apiserver.kinds import CLEANUP, DEFINITIONS
from kube.envtest.apiserver.resources import Column, Scale, ServerResource
from kube.envtest.apiserver.schemas.schema import Schema
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree


class DefinitionController:
    """Keeps the served resources and the conditions of CRDs up to date with the stored CRDs."""

    def __init__(self, state: State, drop_watches: Callable[[tuple[str, str]], None]) -> None:
        self._state = state
        self._drop_watches = drop_watches
        self._seen: dict[str, tuple[int, tuple[str, str]]] = {}
        self._terminating = False

    def after_write(self, storage: tuple[str, str]) -> None:
        if storage != DEFINITIONS and not self._terminating:
            return
        collection = self._state.store.collection(DEFINITIONS)
        self._terminating = False
        for stored in list(collection.objects.values()):
            if "deletionTimestamp" in stored.tree["metadata"]:
                self._clean_up(stored)
            else:
                self._establish(stored)
        self._serve()

    def _put(self, stored: Stored, tree: Tree) -> None:
        tree = {**tree, "metadata": dict(tree["metadata"])}
        resource = self._state.registry.by_storage(DEFINITIONS)
        assert resource is not None
        manager = managers.Manager(
            name="kube-apiserver",
            operation=managers.UPDATE,
            api_version=resource.api_version,
            subresource="status",
            now=self._state.timestamp(),
        )
        managers.record(resource, manager, tree, stored.tree)
        self._state.store.put(self._state.store.collection(DEFINITIONS), stored.key, tree)

    def _condition(self, kind: str, holds: bool, reason: str, message: str) -> Tree:
        return {
            "type": kind,
            "status": "True" if holds else "False",
            "lastTransitionTime": self._state.timestamp(),
            "reason": reason,
            "message": message,
        }

    def _establish(self, stored: Stored) -> None:
        tree = stored.tree
        fault = self._name_conflict(stored)
        old = {c["type"]: c for c in tree["status"].get("conditions") or []}
        accepted = self._condition(
            "NamesAccepted",
            fault is None,
            "NoConflicts" if fault is None else fault[0],
            "no conflicts found" if fault is None else fault[1],
        )
        established = self._condition(
            "Established",
            fault is None,
            "InitialNamesAccepted" if fault is None else "NotAccepted",
            "the initial names have been accepted"
            if fault is None
            else "not all names are accepted",
        )
        if old.get("Established", {}).get("status") == "True":
            established = old["Established"]
        if old.get("NamesAccepted", {}).get("status") == accepted["status"]:
            accepted = old["NamesAccepted"]
        others = [c for kind, c in old.items() if kind not in ("NamesAccepted", "Established")]
        names = tree["spec"]["names"] if fault is None else tree["status"]["acceptedNames"]
        new_status = {
            **tree["status"],
            "acceptedNames": names,
            "conditions": [accepted, established, *others],
        }
        if new_status != tree["status"]:
            self._put(stored, {**tree, "status": new_status})

    def _name_conflict(self, stored: Stored) -> tuple[str, str] | None:
        """(reason, message) for the last of its names that another CRD of the group already
        uses."""
        spec = stored.tree["spec"]
        taken: set[str] = set()
        kinds: set[str] = set()
        for other in self._state.store.collection(DEFINITIONS).objects.values():
            if other.key == stored.key or other.tree["spec"]["group"] != spec["group"]:
                continue
            names = other.tree["status"].get("acceptedNames") or {}
            taken.update([names.get("plural", ""), names.get("singular", "")])
            taken.update(names.get("shortNames") or [])
            kinds.update([names.get("kind", ""), names.get("listKind", "")])
        names = spec["names"]
        wanted = [("PluralConflict", names["plural"]), ("SingularConflict", names["singular"])]
        wanted += [("ShortNamesConflict", name) for name in names.get("shortNames") or []]
        conflicts = [(reason, name) for reason, name in wanted if name in taken]
        wanted = [("KindConflict", names["kind"]), ("ListKindConflict", names["listKind"])]
        conflicts += [(reason, name) for reason, name in wanted if name in kinds]
        return (conflicts[-1][0], f'"{conflicts[-1][1]}" is already in use') if conflicts else None

    def _clean_up(self, stored: Stored) -> None:
        """Delete the objects of a CRD that is being deleted, and the CRD with the last of them."""
        tree = stored.tree
        finalizers = tree["metadata"].get("finalizers") or []
        if CLEANUP not in finalizers:
            return
        spec = tree["spec"]
        state = self._state
        storage = (spec["group"], spec["names"]["plural"])
        collection = state.store.collection(storage)
        resource = state.registry.by_storage(storage)
        if resource is not None:
            options = writes.DeleteOptions(now=state.timestamp())
            for namespace, name in list(collection.objects):
                writes.delete(state.target(resource, namespace), name, options)
        if collection.objects:
            self._terminating = True
            self._mark_terminating(stored)
            return
        rest = [f for f in finalizers if f != CLEANUP]
        metadata = {**tree["metadata"], "finalizers": rest}
        if rest:
            self._put(stored, {**tree, "metadata": metadata})
            return
        del metadata["finalizers"]
        last = {**tree, "metadata": metadata}
        state.store.remove(state.store.collection(DEFINITIONS), stored.key, last)

    def _mark_terminating(self, stored: Stored) -> None:
        conditions = stored.tree["status"].get("conditions") or []
        if any(c["type"] == "Terminating" for c in conditions):
            return
        condition = self._condition(
            "Terminating",
            True,
            "InstanceDeletionInProgress",
            "CustomResource deletion is in progress",
        )
        new_status = {**stored.tree["status"], "conditions": [*conditions, condition]}
        self._put(stored, {**stored.tree, "status": new_status})

    def _serve(self) -> None:
        """Serve the established CRDs, and stop serving deleted ones."""
        objects = self._state.store.collection(DEFINITIONS).objects
        for name in [name for name in self._seen if ("", name) not in objects]:
            _, storage = self._seen.pop(name)
            self._state.registry.remove(*storage)
            self._drop_watches(storage)
        for (_, name), stored in objects.items():
            if not _established(stored.tree):
                continue
            served = self._seen.get(name)
            generation = stored.tree["metadata"].get("generation", 0)
            if served is not None and served[0] == generation:
                continue
            spec = stored.tree["spec"]
            storage = (spec["group"], spec["names"]["plural"])
            self._seen[name] = (generation, storage)
            self._state.registry.remove(*storage)
            for version in spec["versions"]:
                if version.get("served"):
                    self._state.registry.add(to_resource(self._state, spec, version))


def _established(tree: Tree) -> bool:
    conditions = tree["status"].get("conditions") or []
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)


def _deprecation(spec: Tree, version: Tree) -> str:
    if not version.get("deprecated"):
        return ""
    kind = f"{spec['group']}/{version['name']} {spec['names']['kind']}"
    return str(version.get("deprecationWarning") or f"{kind} is deprecated")


def to_resource(state: State, spec: Tree, version: Tree) -> ServerResource:
    """What one version of a CRD serves."""
    names: dict[str, Any] = spec["names"]
    subresources: dict[str, Any] = version.get("subresources") or {}
    scale = subresources.get("scale")
    columns = [
        Column(
            name=column["name"],
            type=column["type"],
            json_path=column["jsonPath"],
            description=column.get("description", ""),
            format=column.get("format", ""),
            priority=column.get("priority", 0),
        )
        for column in version.get("additionalPrinterColumns") or ()
    ]
    converter = None
    if (spec.get("conversion") or {}).get("strategy") == "Webhook":
        from kube.envtest.apiserver.webhooks.conversion import Converter

        converter = Converter(state, spec, version["name"])
    return ServerResource(
        converter=converter,
        group=spec["group"],
        version=version["name"],
        kind=names["kind"],
        plural=names["plural"],
        namespaced=spec["scope"] == "Namespaced",
        singular=names["singular"],
        list_kind=names["listKind"],
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        subresources=frozenset(subresources),
        columns=tuple(columns),
        scale=Scale(
            scale["specReplicasPath"],
            scale["statusReplicasPath"],
            scale.get("labelSelectorPath", ""),
        )
        if scale
        else None,
        schema=Schema(
            version["schema"]["openAPIV3Schema"],
            {"apiVersion": f"{spec['group']}/{version['name']}", "kind": names["kind"]},
        ),
        custom=True,
        deprecation=_deprecation(spec, version),
        selectable=tuple(
            field["jsonPath"].lstrip(".") for field in version.get("selectableFields") or ()
        ),
    )
