"""What the calls in code request of the API server, as far as text shows.

    clients.apps_v1.deployments("x").list()     typed clients, also through variables
    factory.apps.v1.deployments                 informers, which list and watch
    client.get(Deployment, "a", "x")            the client of every kind, by class
    (await dynamic.kind("apps/v1", "Deployment")).list()
    EventRecorder(…), LeaseLock(…)              which write events, and a Lease
    Controller(Web, …, owns=[Deployment])       which list and watch their kinds
    Watch(Pod, …), manager.index(Pod, …)        so do these
    Manager(…, leader_election=…)               which writes a Lease
    apply(client, config, …)                    which writes any kind
    class Pods(Gets[Pod])                       a typed client that was written by hand

A need is certain where text tells the resource. One that may be of any resource (a call whose
argument is of no known class) is never an error, but keeps every rule with its verb.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from codegen import kinds, naming
from codegen.generators import Context
from codegen.generators.client_classes import MIXINS
from codegen.model import Argument, Chain, ClientCall, Position, Step
from codegen.source.calls import ELEMENT
from codegen.tags import facts
from codegen.tags.declared.genclient import Method

_VERBS: dict[str, tuple[str, str]] = {
    "get": ("get", ""),
    "list": ("list", ""),
    "pages": ("list", ""),
    "iterate": ("list", ""),
    "watch": ("watch", ""),
    "create": ("create", ""),
    "update": ("update", ""),
    "update_status": ("update", "/status"),
    "delete": ("delete", ""),
    "delete_collection": ("deletecollection", ""),
    "patch": ("patch", ""),
    "apply": ("patch", ""),
    "apply_status": ("patch", "/status"),
}
"""By the method of a typed client: the verb, and the subresource."""

_CLIENT_VERBS: dict[str, str] = {
    "get": "get",
    "list": "list",
    "iterate": "list",
    "watch": "watch",
    "create": "create",
    "update": "update",
    "patch": "patch",
    "apply": "patch",
    "delete": "delete",
    "delete_all_of": "deletecollection",
}
"""By the method of a client of every kind, whose first argument tells the kind: the verb."""

_SAME_KIND = frozenset({"get", "create", "update", "patch", "apply", "deep_copy"})
"""The methods whose result is of the kind that their first argument, or their object, tells."""

_CACHED = frozenset({("kube.controller", "Client"), ("kube.controller", "SyncClient")})
"""The clients that read a cache: one that is kept by lists and watches, and may lag behind."""

_CLIENTS = frozenset({("kube.client", "Client"), ("kube.client", "AsyncClient"), *_CACHED})

_MANAGER = ("kube.controller", "Manager")

_MANAGER_CLIENTS = {
    "client": "kube.controller.Client",
    "sync_client": "kube.controller.SyncClient",
    "reader": "kube.client.AsyncClient",
}
"""The clients of a manager, by its attributes."""

_FOLLOWING = frozenset({("kube.controller", "Controller"), ("kube.controller", "Watch")})
"""What lists and watches the kinds that it is made for."""

_ENSURING: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("kube.controller", "create_or_update"): (("get", ""), ("create", ""), ("update", "")),
    ("kube.controller", "create_or_patch"): (("get", ""), ("create", ""), ("patch", "")),
    ("kube.controller", "write_changes"): (("patch", ""),),
    ("kube.controller", "patch_status"): (("get", ""), ("patch", "status")),
}
"""Functions of a client and an object: the verbs on it, each with its subresource."""

_APPLYING: dict[tuple[str, str], tuple[str, ...]] = {
    ("kube.controller", "apply"): ("get", "list", "watch", "create", "patch"),
    ("kube.controller", "apply_set"): ("get", "list", "watch", "create", "patch", "delete"),
    ("kube.controller", "Finalizers"): ("get", "patch"),
}
"""What writes objects of kinds that text does not show: the verbs on them."""

_LEASES = ("coordination.k8s.io", "leases", ("get", "create", "update"))

_DYNAMIC = frozenset({("kube.client", "DynamicClient"), ("kube.client", "AsyncDynamicClient")})
_CONSTRUCTED: dict[tuple[str, str], tuple[str, str, tuple[str, ...]]] = {
    ("kube.events", "EventRecorder"): ("", "events", ("create", "patch")),
    ("kube.leaderelection", "LeaseLock"): _LEASES,
}
"""Classes of the runtime whose requests are always the same."""

_BASES: dict[tuple[str, str], str] = {
    ("kube.client", f"{prefix}{name}"): _VERBS[naming.snake_case(verb)][0]
    for verb, name in MIXINS.items()
    for prefix in ("", "Async")
}
"""The classes of typed clients' verbs."""

_GENERIC_INFORMERS = frozenset({"for_resource", "informer_for", "lister_watcher_for"})

# `import kube.client` binds `kube`, so the class is some steps further on.
_PACKAGES = frozenset(
    {"kube", "kube.client", "kube.controller", "kube.events", "kube.leaderelection"}
)

_BUILT_IN = {
    "core": "",
    **{name: name for name in ("apps", "batch", "autoscaling", "policy", "extensions")},
    "rbac": "rbac.authorization.k8s.io",
    "flowcontrol": "flowcontrol.apiserver.k8s.io",
    **{
        name: f"{name}.k8s.io"
        for name in (
            "admissionregistration", "apiextensions", "apiregistration", "authentication",
            "authorization", "certificates", "coordination", "discovery", "events", "networking",
            "node", "resource", "scheduling", "storage",
        )
    },
}  # fmt: skip


_BUILT_IN_GROUPS = frozenset(_BUILT_IN.values())

BUILT_IN_METHODS: dict[str, tuple[str, str]] = {
    "apply_scale": ("patch", "/scale"),
    "bind": ("create", "/binding"),
    "create_token": ("create", "/token"),
    "evict": ("create", "/eviction"),
    "finalize": ("update", "/finalize"),
    "get_scale": ("get", "/scale"),
    "update_approval": ("update", "/approval"),
    "update_ephemeral_containers": ("update", "/ephemeralcontainers"),
    "update_resize": ("update", "/resize"),
    "update_scale": ("update", "/scale"),
}
"""The extension methods of `kube.clientset`, whose types are not in the input."""

ANY = "*"


class Need(msgspec.Struct, frozen=True):
    """One request. A `group` and a `resource` of ANY may be each; then it is not certain."""

    verb: str
    position: Position
    group: str = ANY
    resource: str = ANY
    certain: bool = False


_Resource = tuple[str, str]
"""A group, and the plural in it."""


class Requests:
    """Finds what calls request, by the kinds of the input and those of Kubernetes itself."""

    def __init__(self, context: Context) -> None:
        self._exceptions = context.settings.plural_exceptions
        self._groups: dict[str, str] = {}
        self._plurals: dict[_Resource, str] = {}  # by group and accessor
        self._methods: dict[tuple[str, str, str], tuple[str, str]] = {}
        self._classes: dict[tuple[str, str], _Resource] = {}  # by package and class
        for kind in kinds.kinds(context.universe, self._exceptions):
            accessor = naming.accessor(kind.name, self._exceptions)
            for version in kind.versions:
                package, struct = version.package, version.struct
                self._classes[package.module, kind.name] = kind.group, kind.plural
                self._groups[naming.group_version_accessor(package)] = kind.group
                self._groups[naming.group_accessor(package)] = kind.group
                if not facts.has_client(struct.tags):
                    continue
                self._plurals[kind.group, accessor] = kind.plural
                for method in struct.tags.all(Method):
                    name = naming.snake_case(method.value)
                    verb = _VERBS.get(method.verb, (method.verb, ""))[0]
                    sub = f"/{method.subresource}" if method.subresource else ""
                    self._methods[kind.group, accessor, name] = verb, sub

    def of(self, call: ClientCall) -> Iterator[Need]:
        """What a call requests; nothing where it is not a call of a client."""
        steps, owner = _rooted(call.steps)
        own = max(call.own - (len(call.steps) - len(steps)), 0)
        if owner in _CONSTRUCTED:
            group, plural, verbs = _CONSTRUCTED[owner]
            for verb in verbs:
                is_constructed = own == 0 and steps[0].arguments is not None
                yield Need(verb, call.position, group, plural, certain=is_constructed)
        elif owner in _CLIENTS:
            yield from self._of_client(steps, own, call.position)
        elif owner == _MANAGER:
            yield from self._of_manager(steps, own, call.position)
        elif owner in _FOLLOWING and len(steps) == 1:
            yield from self._of_following(steps[0], call.position)
        elif owner in _ENSURING and own == 0:
            yield from self._of_ensuring(steps[0], _ENSURING[owner], call.position)
        elif owner in _APPLYING and own == 0:
            for verb in _APPLYING[owner]:
                yield Need(verb, call.position)
        elif owner in _DYNAMIC:
            yield from self._of_dynamic(steps, own, call.position)
        elif owner in _BASES:  # a client that was written by hand
            yield Need(_BASES[owner], call.position)
        elif self._resource_of(steps) is None:  # else it is a class, perhaps by its modules
            yield from self._of_accessors(call)
            for step in steps[max(own, 1) :]:
                if step.name in _GENERIC_INFORMERS:
                    yield Need("list", call.position)
                    yield Need("watch", call.position)
                # Perhaps a client that text does not show to be one.
                resource = self._first(step) if step.name in _CLIENT_VERBS else None
                if resource is not None:
                    yield Need(_CLIENT_VERBS[step.name], call.position, *resource)

    # --- managers and controllers ---------------------------------------------------------------

    def _of_manager(self, steps: Chain, own: int, position: Position) -> Iterator[Need]:
        if own == 0 and len(steps) == 1:
            if any(name == "leader_election" for name, _ in steps[0].keywords):
                group, plural, verbs = _LEASES
                for verb in verbs:
                    yield Need(verb, position, group, plural, certain=True)
            for verb in ("create", "patch"):  # its recorder's, if anybody records events
                yield Need(verb, position, "", "events")
        elif len(steps) > 1 and steps[1].name in _MANAGER_CLIENTS:
            client = Step(_MANAGER_CLIENTS[steps[1].name])
            yield from self._of_client((client, *steps[2:]), max(own - 1, 0), position)
        elif len(steps) > 1 and steps[1].name == "index":
            yield from self._following(self._first(steps[1]), position)

    def _of_following(self, step: Step, position: Position) -> Iterator[Need]:
        """A controller or a watch: its first argument, and the kinds that it owns."""
        followed = (step.arguments or ())[:1]
        for name, values in step.keywords:
            if name in ("kind", "owns"):
                followed += values
        for argument in followed:
            if argument is None:
                continue
            if isinstance(argument, tuple) and _rooted(argument)[1] in _FOLLOWING:
                continue  # a Watch, which is reported where it is made
            yield from self._following(self._resource_of(argument), position)

    def _following(self, resource: _Resource | None, position: Position) -> Iterator[Need]:
        for verb in ("list", "watch"):
            yield self._need(verb, resource, position)

    def _of_ensuring(
        self, step: Step, verbs: tuple[tuple[str, str], ...], position: Position
    ) -> Iterator[Need]:
        arguments = step.arguments or ()
        resource = self._resource_of(arguments[1]) if len(arguments) > 1 else None
        for verb, subresource in verbs:
            yield self._need(verb, resource, position, subresource)
            if verb == "get":
                yield from self._following(resource, position)

    # --- the client of every kind ---------------------------------------------------------------

    def _of_client(self, steps: Chain, own: int, position: Position) -> Iterator[Need]:
        for index, step in enumerate(steps[1:], 1):
            if step.name in ("status", "subresource"):
                verb = _CLIENT_VERBS.get(steps[index + 1].name) if steps[index + 1 :] else None
                if verb and index + 1 >= own:
                    subresource = "status" if step.name == "status" else _text(step, 1)
                    yield self._need(verb, self._first(step), position, subresource)
                return
            if step.name in _CLIENT_VERBS:
                if index < own:
                    return  # reported where it was called
                resource = self._first(step)
                yield self._need(_CLIENT_VERBS[step.name], resource, position)
                if _rooted(steps)[1] in _CACHED and step.name in ("get", "list", "iterate"):
                    yield from self._following(resource, position)
                if step.name == "apply":  # creates what is not there yet
                    yield replace(self._need("create", resource, position), certain=False)
                return

    def _need(
        self,
        verb: str,
        resource: _Resource | None,
        position: Position,
        subresource: str | None = "",
    ) -> Need:
        if resource is None or subresource is None:
            return Need(verb, position)
        group, plural = resource
        name = f"{plural}/{subresource}" if subresource else plural
        return Need(verb, position, group, name, certain=True)

    def _first(self, step: Step) -> _Resource | None:
        """The resource that a call's first argument tells."""
        return self._resource_of(step.arguments[0]) if step.arguments else None

    def _resource_of(self, argument: Argument) -> _Resource | None:
        """The resource of a class, of an object of it, or of what names a kind without one."""
        if not isinstance(argument, tuple):
            return None
        steps, owner = _rooted(argument)
        if owner in _CLIENTS:
            for step in steps[1:]:
                if step.name in _SAME_KIND or (
                    step.name in ("list", "iterate") and steps[-1].name == ELEMENT
                ):
                    return self._first(step)
            return None
        if owner == ("kube.client", "unstructured"):
            return self._by_kind(_text(steps[0], 0), _text(steps[0], 1))
        if owner == ("kube.client", "metadata_of"):
            return self._first(steps[0])
        dotted = ""
        for index, step in enumerate(steps):
            dotted = f"{dotted}.{step.name}" if dotted else step.name
            resource = self._by_class(dotted)
            if resource is not None:  # after the modules that the class is in, if it was called so
                after = steps[index + 1 :]
                return resource if all(each.name in _SAME_KIND for each in after) else None
            if step.arguments is not None:
                return None
        return None

    def _by_class(self, dotted: str) -> _Resource | None:
        module, _, name = dotted.rpartition(".")
        while module and name[:1].isupper():  # a class, and not a module
            known = self._classes.get((module, name))
            if known is not None:
                return known
            parent, _, _ = module.rpartition(".")
            if parent == "kube.api" or parent.startswith("kube.api."):
                group = _BUILT_IN.get(module.split(".")[2])
                if group is not None:
                    return group, naming.plural(name).lower()
            module = parent
        return None

    # --- the dynamic client ---------------------------------------------------------------------

    def _of_dynamic(self, steps: Chain, own: int, position: Position) -> Iterator[Need]:
        resource: _Resource | None = None
        for index, step in enumerate(steps[1:], 1):
            if step.name == "named":
                resource = self._by_name(_text(step, 0))
            elif step.name == "kind":
                resource = self._by_kind(_text(step, 0), _text(step, 1))
            elif (step.name in _VERBS or step.name.endswith("_subresource")) and index < own:
                return  # reported where it was called
            elif step.name.endswith("_subresource"):
                verb = step.name.removesuffix("_subresource")
                yield self._need(verb, resource, position, _text(step, 1) or _text(step, 0))
                return
            elif step.name in _VERBS:
                verb, subresource = _VERBS[step.name]
                yield self._need(verb, resource, position, subresource.removeprefix("/"))
                if verb == "patch":
                    yield Need("create", position)
                return

    def _by_name(self, text: str | None) -> _Resource | None:
        """The resource of `deployments.apps` or `deployments.v1.apps`; a short name tells none."""
        plural, _, group = (text or "").partition(".")
        version, _, rest = group.partition(".")
        if _is_version(version):
            group = rest
        known = (group, plural) in self._classes.values()
        return (group, plural) if known or (plural and naming.plural(plural) == plural) else None

    def _by_kind(self, api_version: str | None, kind: str | None) -> _Resource | None:
        if not api_version or not kind:
            return None
        group = api_version.rpartition("/")[0]
        for (_, name), resource in self._classes.items():
            if name == kind and resource[0] == group:
                return resource
        return group, naming.plural(kind, self._exceptions).lower()

    # --- generated clients and informers --------------------------------------------------------

    def _of_accessors(self, call: ClientCall) -> Iterator[Need]:
        path = call.path
        for index, accessor in enumerate(path[:-1]):
            group = self._group(accessor)
            if group is None:
                continue
            rest = path[index + 1 :]
            if call.own > index + 2:
                return  # reported where the variable was assigned
            if _is_version(rest[0]) and len(rest) > 1:  # factory.apps.v1.deployments…
                plural = self._plural(group, rest[1])
                for verb in ("list", "watch"):
                    yield Need(verb, call.position, group, plural, certain=True)
                return
            if len(rest) < 2 or "_v" not in accessor:
                continue
            method = rest[1]
            verb_and_sub = self._methods.get((group, rest[0], method)) or _VERBS.get(method)
            if verb_and_sub is None and group in _BUILT_IN_GROUPS:
                verb_and_sub = BUILT_IN_METHODS.get(method)
            if verb_and_sub is not None:
                verb, sub = verb_and_sub
                plural = self._plural(group, rest[0])
                yield Need(verb, call.position, group, plural + sub, certain=True)
                if method == "apply":
                    yield Need("create", call.position, group, plural)
                return

    def _group(self, accessor: str) -> str | None:
        """The group of `apps_v1`, of a client, or of `apps`, of an informer factory."""
        if accessor in self._groups:
            return self._groups[accessor]
        name, _, version = accessor.rpartition("_")
        return _BUILT_IN.get(name if _is_version(version) else accessor)

    def _plural(self, group: str, accessor: str) -> str:
        return self._plurals.get((group, accessor), accessor.replace("_", ""))


def _rooted(steps: Chain) -> tuple[Chain, tuple[str, str]]:
    """The chain with `kube`, `client`, `Client` as one first step; and that step's package and
    name, of whichever of its modules it was imported."""
    first, rest = steps[0], steps[1:]
    while rest and first.arguments is None and first.name in _PACKAGES:
        first, rest = replace(rest[0], name=f"{first.name}.{rest[0].name}"), rest[1:]
    parts = first.name.split(".")
    return (first, *rest), (".".join(parts[:2]), parts[-1])


def _text(step: Step, index: int) -> str | None:
    """An argument that is a string literal."""
    arguments = step.arguments or ()
    value = arguments[index] if index < len(arguments) else None
    return value if isinstance(value, str) else None


def _is_version(text: str) -> bool:
    return text[:1] == "v" and text[1:2].isdigit()
