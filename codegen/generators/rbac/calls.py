"""`--check-calls`: what code asks of generated clients, held against what its markers allow.

As far as text shows: `clients.apps_v1.deployments(…).list(…)`, also through variables, and
informers, which list and watch. What goes through functions that take any client is not seen, so
a verb that nothing seems to need is a warning, and one that is not allowed an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codegen import kinds, naming
from codegen.generators import Context
from codegen.generators.rbac.rules import Rule
from codegen.model import ClientCall, Position
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
"""By the client's method: the verb, and the subresource."""

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


@dataclass(frozen=True, slots=True)
class Need:
    group: str
    resource: str
    verb: str
    position: Position


class _Known:
    """The accessors of generated clients, by the names that code uses."""

    def __init__(self, context: Context) -> None:
        self.groups: dict[str, str] = {}
        self.versions: set[str] = set()
        self.resources: dict[tuple[str, str], str] = {}
        self.methods: dict[tuple[str, str, str], tuple[str, str]] = {}
        exceptions = context.settings.plural_exceptions
        known = kinds.by_class(context.universe, exceptions)
        for package in context.universe.packages:
            if package.group is None or package.internal:
                continue
            group = package.group
            self.groups[naming.group_version_accessor(package)] = group
            self.groups[naming.group_accessor(package)] = group
            for struct in package.structs():
                if struct.name not in known or not facts.has_client(struct.tags):
                    continue
                kind = struct.name.name
                accessor = naming.accessor(kind, exceptions)
                self.resources[group, accessor] = known[struct.name].plural
                for method in struct.tags.all(Method):
                    name = naming.snake_case(method.value)
                    verb = _VERBS.get(method.verb, (method.verb, ""))[0]
                    sub = f"/{method.subresource}" if method.subresource else ""
                    self.methods[group, accessor, name] = verb, sub

    def group(self, accessor: str) -> str | None:
        """The group of `apps_v1`, of a client, or of `apps`, of an informer factory."""
        if accessor in self.groups:
            return self.groups[accessor]
        name, _, version = accessor.rpartition("_")
        return _BUILT_IN.get(name if _is_version(version) else accessor)

    def resource(self, group: str, accessor: str) -> str:
        return self.resources.get((group, accessor), accessor.replace("_", ""))


def _is_version(text: str) -> bool:
    return text[:1] == "v" and text[1:2].isdigit()


def check_calls(context: Context, rules: Iterable[Rule]) -> None:
    """Report what is called and not allowed, and what is allowed and not called."""
    known = _Known(context)
    calls = [call for package in context.universe.packages for call in package.calls]
    needs = [need for call in calls for need in _needs(known, call)]
    rules = list(rules)
    for need in needs:
        if not any(_allows(rule, need) for rule in rules):
            resource, slash, sub = need.resource.partition("/")
            where = f"{resource}.{need.group}{slash}{sub}" if need.group else need.resource
            context.diagnostics.error(
                need.position,
                f"no marker allows to {need.verb} {where}",
                code="missing-rule",
                hint=f'add # +kubebuilder:rbac:groups="{need.group}",resources={need.resource},'
                f"verbs={need.verb}",
            )
    for rule in rules:
        _check_superfluous(context, rule, needs)


def _check_superfluous(context: Context, rule: Rule, needs: list[Need]) -> None:
    if rule.tag is None or rule.urls:
        return
    for resource in rule.resources:
        unused = [
            verb
            for verb in rule.verbs
            if verb != "*"
            and not any(
                need.verb == verb and _matches(need, rule.groups, (resource,)) for need in needs
            )
        ]
        if unused:
            context.diagnostics.warning(
                rule.tag.at("verbs"),
                f"nothing here seems to {', '.join(unused)} {resource}",
                code="superfluous-rule",
                hint="take away what is not needed",
            )


def _allows(rule: Rule, need: Need) -> bool:
    named = need.verb in rule.verbs or "*" in rule.verbs
    return named and _matches(need, rule.groups, rule.resources)


def _matches(need: Need, groups: tuple[str, ...], resources: tuple[str, ...]) -> bool:
    _, slash, sub = need.resource.partition("/")
    wanted = {need.resource, "*", *((f"*/{sub}",) if slash else ())}
    return (need.group in groups or "*" in groups) and not wanted.isdisjoint(resources)


def _needs(known: _Known, call: ClientCall) -> Iterator[Need]:
    """What one chain of names asks for, if it leads through a client or an informer factory."""
    path = call.path
    for index, accessor in enumerate(path[:-1]):
        group = known.group(accessor)
        if group is None:
            continue
        rest = path[index + 1 :]
        if _is_version(rest[0]) and len(rest) > 1:  # factory.apps.v1.deployments…
            resource = known.resource(group, rest[1])
            for verb in ("list", "watch"):
                yield Need(group, resource, verb, call.position)
            return
        if len(rest) < 2 or "_v" not in accessor:
            continue
        method = rest[1]
        verb_and_sub = known.methods.get((group, rest[0], method)) or _VERBS.get(method)
        if verb_and_sub is not None:
            verb, sub = verb_and_sub
            yield Need(group, known.resource(group, rest[0]) + sub, verb, call.position)
            return
