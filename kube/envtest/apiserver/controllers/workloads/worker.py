"""What the controllers of workloads share: keys that are due, timers, who owns what, writes."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from kube.envtest.apiserver import plugins
from kube.envtest.apiserver.admitting import admitted, asking
from kube.envtest.apiserver.apply import managers
from kube.envtest.apiserver.authorization import users
from kube.envtest.apiserver.authorization.users import User
from kube.envtest.apiserver.controllers.controller import Controller
from kube.envtest.apiserver.controllers.workloads import events
from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.labels import selector_of
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.selectors import LabelSelector
from kube.runtime.trees import Tree, same

if TYPE_CHECKING:
    from kube.envtest.apiserver.admitting.hooks import Hooks

_log = logging.getLogger("kube.envtest")

Storage = tuple[str, str]

PODS: Storage = ("", "pods")
NODES: Storage = ("", "nodes")
SERVICES: Storage = ("", "services")
CLAIMS: Storage = ("", "persistentvolumeclaims")
VOLUMES: Storage = ("", "persistentvolumes")
STORAGE_CLASSES: Storage = ("storage.k8s.io", "storageclasses")
DEPLOYMENTS: Storage = ("apps", "deployments")
REPLICA_SETS: Storage = ("apps", "replicasets")
STATEFUL_SETS: Storage = ("apps", "statefulsets")
DAEMON_SETS: Storage = ("apps", "daemonsets")
REVISIONS: Storage = ("apps", "controllerrevisions")
JOBS: Storage = ("batch", "jobs")
CRON_JOBS: Storage = ("batch", "cronjobs")
SLICES: Storage = ("discovery.k8s.io", "endpointslices")
BUDGETS: Storage = ("policy", "poddisruptionbudgets")

_LONGEST_PAUSE = 1000.0
"""Seconds before a refused write is tried again; the first pause is two."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_AT_ONCE = 5
"""How often an object that changed meanwhile is tried again without a pause."""


class Worker(Controller):
    """A controller that reconciles the objects of one collection, by key.

    A key is due when its object changes, when an object that it owns or may adopt changes, and at
    the time that a reconciliation asks for (`again`).
    """

    name: ClassVar[str]
    """As kube-controller-manager calls it."""
    component: ClassVar[str] = ""
    """Who Events come from, where that is not the name."""
    watches: ClassVar[Storage]
    kind: ClassVar[str]
    owns: ClassVar[Storage | None] = None
    adopts: ClassVar[bool] = False
    """Whether it takes what its selector matches and nobody controls, and lets go what it does
    not match any more, as `PodControllerRefManager` of Kubernetes does."""
    finalizer: ClassVar[str] = ""
    """What an object that is adopted gets, and loses when it is let go."""
    manager: ClassVar[str] = "kube-controller-manager"

    def __init__(self, state: State) -> None:
        self.state = state
        self.due: dict[Key, None] = {}
        self._timers: list[tuple[datetime, Key]] = []
        self._timed: set[tuple[datetime, Key]] = set()
        self._owned: dict[str, dict[Key, None]] = {}
        self._owners: dict[str, Key] = {}
        self._orphans: dict[Key, None] = {}
        self._refusals: dict[Key, int] = {}
        self._refused = False
        self._recorder = events.Recorder(state, self.component or self.name)
        self.refusal = ""
        """Why the last object of a refused create was refused."""

    def observe(self, storage: Storage, change: Change) -> None:
        key = change.current.key
        if storage == self.watches:
            self._owners[change.current.tree["metadata"]["uid"]] = key
            self.due[key] = None
            if change.type == "DELETED":
                self._owners.pop(change.current.tree["metadata"]["uid"], None)
        elif storage == self.owns:
            self._observe_owned(key, change)

    def _observe_owned(self, key: Key, change: Change) -> None:
        before = controller_of(change.previous.tree) if change.previous is not None else None
        now = controller_of(change.current.tree) if change.type != "DELETED" else None
        for reference in (before, now):
            if reference is not None and reference["uid"] in self._owners:
                self.due[self._owners[reference["uid"]]] = None
        if before is not None and (now is None or now["uid"] != before["uid"]):
            self._owned.get(before["uid"], {}).pop(key, None)
        if now is not None:
            self._owned.setdefault(now["uid"], {})[key] = None
        if self.adopts:
            self._observe_orphan(key, change, is_orphan=now is None and change.type != "DELETED")

    def _observe_orphan(self, key: Key, change: Change, *, is_orphan: bool) -> None:
        if not is_orphan:
            self._orphans.pop(key, None)
            return
        self._orphans[key] = None
        labels = change.current.tree["metadata"].get("labels")
        owners = self.state.store.collection(self.watches).objects
        for owner in self._owners.values():
            if owner[0] == key[0] and owner in owners and _selector(owners[owner]).matches(labels):
                self.due[owner] = None

    def may_adopt(self, owner: Tree, tree: Tree) -> bool:
        """Whether an object that nobody controls, and that the selector matches, may be taken."""
        return "deletionTimestamp" not in tree["metadata"]

    def may_release(self, tree: Tree) -> bool:
        """Whether an object that the selector does not match any more may be let go."""
        return True

    def _keep_own(self, owner: Stored) -> None:
        """Adopt and release, so that an object owns exactly what its selector matches."""
        if "deletionTimestamp" in owner.tree["metadata"]:
            return
        assert self.owns is not None
        selector = _selector(owner)
        for stored in self.owned(owner.tree):
            is_other = not selector.matches(stored.tree["metadata"].get("labels"))
            if is_other and self.may_release(stored.tree):
                uid = owner.tree["metadata"]["uid"]
                references = stored.tree["metadata"]["ownerReferences"]
                self._refer(stored, [each for each in references if each["uid"] != uid])
        objects = self.state.store.collection(self.owns).objects
        for key in [key for key in self._orphans if key[0] == owner.key[0]]:
            tree = objects[key].tree
            matches = selector.matches(tree["metadata"].get("labels"))
            if matches and self.may_adopt(owner.tree, tree):
                references = tree["metadata"].get("ownerReferences") or []
                resource = self.state.target_at(self.watches, "").resource
                own = owned_by(owner.tree, resource.api_version, self.kind)
                self._refer(objects[key], [*references, own])

    def _refer(self, stored: Stored, references: list[Tree]) -> None:
        assert self.owns is not None
        metadata = {**stored.tree["metadata"], "ownerReferences": references}
        if self.finalizer:
            have = metadata.get("finalizers") or []
            kept = [each for each in have if each != self.finalizer]
            is_owned = len(references) > len(stored.tree["metadata"].get("ownerReferences") or ())
            metadata["finalizers"] = [*kept, self.finalizer] if is_owned else kept
        self.update(self.owns, stored, {**stored.tree, "metadata": metadata})

    def settle(self) -> bool:
        now = self.state.now()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)
            self._timed.discard(timer)
            self.due[timer[1]] = None
        due, self.due = self.due, {}
        for key in due:
            stored = self.state.store.collection(self.watches).objects.get(key)
            if stored is not None:
                self._attempt(stored)
        return bool(due)

    def _attempt(self, stored: Stored) -> None:
        """Reconcile an object, and again later where a write was refused."""
        key = stored.key
        self._refused = is_stale = False
        try:
            if self.adopts:
                self._keep_own(stored)
            self.reconcile(stored)
        except writes.Changed:
            self._refused = is_stale = True
        except StatusError as error:
            self._refused = True
            # What it read may have changed while a webhook was asked.
            is_stale = error.reason in ("Conflict", "NotFound")
            if not is_stale:
                _log.warning("%s of %s/%s: %s", self.name, *key, error)
        if not self._refused:
            self._refusals.pop(key, None)
            return
        tried = self._refusals[key] = self._refusals.get(key, 0) + 1
        if is_stale and tried <= _AT_ONCE:
            self.due[key] = None
        else:
            self.again_in(key, min(2.0 ** min(tried, 10), _LONGEST_PAUSE))

    def due_in(self) -> float | None:
        """Seconds until something is due by time alone; None for never."""
        if not self._timers:
            return None
        return max(0.0, (self._timers[0][0] - self.state.now()).total_seconds())

    def reconcile(self, stored: Stored) -> None:
        raise NotImplementedError

    def again(self, key: Key, at: datetime) -> None:
        """Reconcile this key at a time."""
        if (at, key) not in self._timed:
            self._timed.add((at, key))
            heapq.heappush(self._timers, (at, key))

    def again_in(self, key: Key, seconds: float) -> None:
        self.again(key, self.state.now() + timedelta(seconds=seconds))

    def owned(self, owner: Tree) -> list[Stored]:
        """What an object owns of the collection `owns`, in the order of creation."""
        assert self.owns is not None
        objects = self.state.store.collection(self.owns).objects
        keys = self._owned.get(owner["metadata"]["uid"]) or {}
        found = [objects[key] for key in keys if key in objects]
        found.sort(key=lambda stored: stored.tree["metadata"]["creationTimestamp"])
        return found

    def is_available(self, pod: Stored, owner: Stored) -> bool:
        """Whether a Pod has been ready as long as its owner wants; by when it will be, the owner is
        reconciled again."""
        at = available_at(pod.tree, owner.tree["spec"].get("minReadySeconds", 0))
        if at is not None and at > self.state.now():
            self.again(owner.key, at)
            return False
        return at is not None

    def may_create(self, namespace: str) -> bool:
        stored = self.state.store.collection(NAMESPACES).objects.get(("", namespace))
        if stored is None:
            return not self.state.require_namespaces
        return "deletionTimestamp" not in stored.tree["metadata"]

    def create(self, storage: Storage, namespace: str, tree: Tree) -> Stored:
        """Create an object. Raises StatusError where the server refuses it."""
        target = self.state.target_at(storage, namespace)
        writes.completed(target.resource, tree)
        options = self._options(target)
        assert options.manager is not None
        writes.own(target.resource, tree, options.manager)
        write = plugins.Write(self.state, target.resource, namespace)
        hooks = self._hooks(target, "CREATE", tree["metadata"].get("name") or "")
        tree, check = admitted(write, hooks, tree, None)
        return writes.create(target, tree, writes.WriteOptions(now=options.now, check=check))

    @property
    def is_refused(self) -> bool:
        """Whether a write for the present object was refused."""
        return self._refused

    def refuse(self, error: StatusError) -> None:
        """Have the present object reconciled again later: a write for it was refused."""
        self._refused = True
        self.refusal = error.message

    def start_pod(self, owner: Stored, tree: Tree) -> Stored | None:
        """Create a Pod, and tell its owner; None where the server refuses it."""
        try:
            created = self.create(PODS, owner.key[0], tree)
        except StatusError as error:
            self.refuse(error)
            self.warn(owner, "FailedCreate", f"Error creating: {error.message}")
            return None
        self.tell(owner, "SuccessfulCreate", f"Created pod: {created.key[1]}")
        return created

    def stop_pod(self, owner: Stored, pod: Stored) -> bool:
        """Delete a Pod, and tell its owner; whether the server did not refuse it."""
        if pod.key not in self.state.store.collection(PODS).objects:
            return True
        try:
            self.delete(PODS, pod)
        except StatusError as error:
            self.refuse(error)
            self.warn(owner, "FailedDelete", f"Error deleting: {error.message}")
            return False
        self.tell(owner, "SuccessfulDelete", f"Deleted pod: {pod.key[1]}")
        return True

    def update(self, storage: Storage, stored: Stored, new: Tree, subresource: str = "") -> Stored:
        """Write a changed object; the stored one where nothing differs. Raises StatusError."""
        namespace, name = stored.key
        target = self.state.target_at(storage, namespace)
        new = {**new, "metadata": dict(new["metadata"])}
        hooks = self._hooks(target, "UPDATE", name, subresource)
        if hooks is not None and not same(new, stored.tree):
            new = hooks.mutate(new, stored.tree) or new
        check = hooks.validate if hooks is not None else None
        options = self._options(target, subresource, check=check)
        return writes.update(target, name, new, options, subresource=subresource)

    def update_status(self, storage: Storage, stored: Stored, status: Tree) -> None:
        new = {**stored.tree, "status": status}
        if new["status"] != stored.tree.get("status"):
            self.update(storage, stored, new, "status")

    def delete(
        self,
        storage: Storage,
        stored: Stored,
        grace: int | None = None,
        propagation: str = "Background",
    ) -> None:
        target = self.state.target_at(storage, stored.key[0])
        if stored.key not in target.collection.objects:
            return
        hooks = self._hooks(target, "DELETE", stored.key[1])
        if hooks is not None:
            hooks.mutate(None, stored.tree)
        options = writes.DeleteOptions(
            now=self.state.timestamp(),
            propagation=propagation,
            grace=grace,
            check=hooks.validate if hooks is not None else None,
        )
        writes.delete(target, stored.key[1], options)

    def tell(self, about: Stored, reason: str, message: str) -> None:
        """Tell of an object by an Event."""
        self._record(about, events.NORMAL, reason, message)

    def warn(self, about: Stored, reason: str, message: str) -> None:
        """Tell of a failure by an Event."""
        self._record(about, events.WARNING, reason, message)

    def _record(self, about: Stored, kind: str, reason: str, message: str) -> None:
        resource = self.state.target_at(self.watches, "").resource
        self._recorder.record(resource, about, kind, reason, message)

    def _hooks(
        self, target: writes.Target, operation: str, name: str, subresource: str = ""
    ) -> Hooks | None:
        return asking.hooks(
            self.state,
            target.resource,
            operation=operation,
            namespace=target.namespace,
            name=name,
            user=self.user.tree(),
            subresource=subresource,
            internal=lambda tree: writes.completed(target.resource, _without_type(tree)),
        )

    @property
    def user(self) -> User:
        """Who it is to webhooks."""
        groups = ("system:serviceaccounts", "system:serviceaccounts:kube-system")
        account = users.account("kube-system", self.name)
        return User(account, "", (*groups, "system:authenticated"))

    def _options(
        self, target: writes.Target, subresource: str = "", *, check: writes.Check | None = None
    ) -> writes.WriteOptions:
        now = self.state.timestamp()
        manager = managers.Manager(
            name=self.manager,
            operation=managers.UPDATE,
            api_version=target.resource.api_version,
            subresource=subresource,
            now=now,
        )
        return writes.WriteOptions(now=now, manager=manager, check=check)


def _without_type(tree: Tree) -> Tree:
    return {key: value for key, value in tree.items() if key not in ("apiVersion", "kind")}


def _selector(owner: Stored) -> LabelSelector:
    return selector_of(owner.tree["spec"]["selector"])


def controller_of(tree: Tree) -> Tree | None:
    """The owner reference of the controlling object."""
    for reference in tree["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return reference  # type: ignore[no-any-return]
    return None


def owned_by(owner: Tree, api_version: str, kind: str) -> Tree:
    """The owner reference to a controlling object."""
    metadata = owner["metadata"]
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def pod_of(template: Tree, owner: Tree, api_version: str, kind: str) -> Tree:
    """A Pod of a template, which an object owns; without a name."""
    meta = template.get("metadata") or {}
    metadata: Tree = {key: dict(meta[key]) for key in ("labels", "annotations") if meta.get(key)}
    if meta.get("finalizers"):
        metadata["finalizers"] = list(meta["finalizers"])
    metadata["ownerReferences"] = [owned_by(owner, api_version, kind)]
    return {"metadata": metadata, "spec": copied(template["spec"])}


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def is_active(pod: Tree) -> bool:
    """Neither ended nor being deleted."""
    ended = pod["status"].get("phase") in ("Succeeded", "Failed")
    return not ended and "deletionTimestamp" not in pod["metadata"]


def condition(tree: Tree, kind: str) -> Tree | None:
    for each in (tree.get("status") or {}).get("conditions") or ():
        if each["type"] == kind:
            return each  # type: ignore[no-any-return]
    return None


def is_ready(pod: Tree) -> bool:
    ready = condition(pod, "Ready")
    return ready is not None and ready["status"] == "True"


def available_at(pod: Tree, seconds: int) -> datetime | None:
    """When a Pod has been ready for so many seconds; None where it is not ready, or where nobody
    wrote since when."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    since = ready.get("lastTransitionTime")
    if not seconds or since is None:
        return None if seconds else _LONG_AGO
    return datetime.fromisoformat(since) + timedelta(seconds=seconds)


def with_condition(conditions: Iterable[Tree], new: Tree) -> list[Tree]:
    """Conditions with one set; its time of transition stays where its status does."""
    kept = []
    for each in conditions:
        if each["type"] != new["type"]:
            kept.append(each)
        elif each["status"] == new["status"]:
            new = {**new, "lastTransitionTime": each["lastTransitionTime"]}
    return [*kept, new]
