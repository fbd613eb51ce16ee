"""Rules of roles: read from markers, and merged as controller-gen merges them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from codegen.diagnostics import Diagnostics, closest
from codegen.tags.declared.rbac import Rbac

VERBS = (
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection",
    "impersonate", "bind", "escalate", "approve", "sign", "attest", "use", "*",
    "head", "post", "put", "options",
)  # fmt: skip

Words = tuple[str, ...]


class Rule(msgspec.Struct, frozen=True):
    """One rule; each tuple is sorted and has each word once."""

    groups: Words
    resources: Words
    resource_names: Words
    urls: Words
    verbs: Words
    namespace: str = ""
    role_name: str = ""
    tag: Rbac | None = None

    def to_policy(self) -> dict[str, Any]:
        verbs = ("*",) if "*" in self.verbs else self.verbs
        words = {
            "apiGroups": self.groups,
            "resources": self.resources,
            "resourceNames": self.resource_names,
            "nonResourceURLs": self.urls,
        }
        return {**{key: list(value) for key, value in words.items() if value}, "verbs": list(verbs)}


def _words(words: Words | None) -> Words:
    return tuple(sorted(set(words or ())))


def read(tag: Rbac, diagnostics: Diagnostics) -> Rule | None:
    """The rule of a marker, whose resources stand together; None after an error."""
    groups = tuple(sorted({"" if g == "core" else g for g in tag.groups or ()}))
    rule = Rule(
        groups,
        _words(tag.resources),
        _words(tag.resource_names),
        _words(tag.urls),
        _words(tag.verbs),
        tag.namespace or "",
        tag.role_name or "",
        tag,
    )
    faults = list(_faults(rule))
    for argument, message, hint in faults:
        diagnostics.error(tag.at(argument), message, code="bad-rule", hint=hint)
    if rule.resource_names and "create" in rule.verbs:
        diagnostics.warning(
            tag.at("resource_names"),
            "create has no effect in a rule with resourceNames: the server does not know the name "
            "of an object before it is created",
            code="no-effect",
            hint="grant create in a separate marker without resourceNames",
        )
    return None if faults else rule


def _faults(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """What the server would refuse: the argument's name, the message and the hint."""
    if rule.urls and (rule.resources or rule.groups):
        yield "urls", "a rule has either resources or URLs", "write one marker for each"
    elif not rule.urls and not rule.resources:
        yield "", "this rule has no resources and no URLs", "add groups= and resources=, or urls="
    elif rule.resources and not rule.groups:
        yield "resources", "the API group of these resources is missing", 'add groups="" or a name'
    if rule.urls and rule.namespace:
        yield "namespace", "URLs do not belong to a namespace", "remove namespace="
    for verb in rule.verbs:
        if verb not in VERBS and (close := closest(verb.lower(), VERBS, 0.75)):
            yield "verbs", f"unknown verb {verb!r}", f"did you mean {close}?"


# --- merging ------------------------------------------------------------------------------------

_Key = Callable[[Rule], tuple[Words, ...]]


def _place(rule: Rule) -> tuple[Words, ...]:
    return rule.groups, rule.resources, rule.resource_names, rule.urls


def merged(rules: Iterable[Rule]) -> list[Rule]:
    """The rules of one role: verbs of one place together, then what has the same verbs."""
    single = [
        replace(rule, resources=(resource,) if resource else ())
        for rule in rules
        for resource in rule.resources or ("",)
    ]
    joined = _joined(single, _place, "verbs")
    joined = _joined(joined, lambda r: (r.groups, r.resource_names, r.urls, r.verbs), "resources")
    joined = _joined(joined, lambda r: (r.resources, r.resource_names, r.urls, r.verbs), "groups")
    joined = _joined(joined, lambda r: (r.groups, r.resources, r.resource_names, r.verbs), "urls")
    return sorted(joined, key=lambda rule: " + ".join("&".join(words) for words in _place(rule)))


def _joined(rules: Iterable[Rule], key: _Key, joined: str) -> list[Rule]:
    """The rules that differ in nothing but `joined` become one."""
    by_key: dict[tuple[Words, ...], Rule] = {}
    for rule in rules:
        first = by_key.setdefault(key(rule), rule)
        if first is not rule:
            words: Words = (*getattr(first, joined), *getattr(rule, joined))
            by_key[key(rule)] = _with(first, joined, tuple(sorted(set(words))))
    return list(by_key.values())


def _with(rule: Rule, field: str, words: Words) -> Rule:
    match field:
        case "verbs":
            return replace(rule, verbs=words)
        case "resources":
            return replace(rule, resources=words)
        case "groups":
            return replace(rule, groups=words)
    return replace(rule, urls=words)
