"""Faults that show only when the tags of a declaration are compared with each other.

What upstream resolves by the order of lines or by dead code (the first of two wins, skipVerbs is
dropped beside onlyVerbs) and what it makes into code that does not compile are errors here, for
the author can say which was meant and a generator can only guess.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from codegen.diagnostics import Diagnostics
from codegen.model import Position, Tag, Tags
from codegen.tags import facts
from codegen.tags.declaration import TYPE, DeclaredTag, Place
from codegen.tags.declared import (
    conversion,
    crd,
    declarative,
    deepcopy,
    genclient,
    openapi,
    package,
    validation,
)
from codegen.tags.declared.genclient import Verb
from codegen.tags.facts import STATUS_VERBS

_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
# What a server takes in the names of a resource: DNS-1035.
_RESOURCE_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_DNS_SUBDOMAIN = re.compile(rf"{_DNS_LABEL.pattern}(\.{_DNS_LABEL.pattern})*")
_NAME = re.compile(r"[A-Za-z_]\w*")
_DOTTED = re.compile(rf"{_NAME.pattern}(\.{_NAME.pattern})*")
_GO_PATH = re.compile(r"[^/\s]+(/[^/\s]+)+\.([A-Za-z_]\w*)")
_SUBRESOURCE = re.compile(r"[a-z][-a-z0-9]*(/[a-z][-a-z0-9]*)*", re.IGNORECASE)

_INPUT_VERBS = (Verb.CREATE, Verb.UPDATE, Verb.APPLY)
_RESULT_VERBS = (Verb.CREATE, Verb.UPDATE, Verb.GET, Verb.PATCH, Verb.APPLY)
_NO_METHOD_VERBS = STATUS_VERBS | {Verb.DELETE_COLLECTION, Verb.WATCH, Verb.DELETE}
# Without the second, what is generated for the first cannot work.
_NEEDS = (
    (frozenset({Verb.DELETE_COLLECTION}), Verb.LIST),
    (frozenset({Verb.LIST, Verb.WATCH}), Verb.GET),
)
_ABOUT_CLIENTS: tuple[type[DeclaredTag], ...] = (
    genclient.NoStatus,
    genclient.NoVerbs,
    genclient.ReadOnly,
    genclient.OnlyVerbs,
    genclient.SkipVerbs,
    genclient.Method,
)
_PRESENCE: tuple[tuple[type[DeclaredTag], type[DeclaredTag]], ...] = (
    (openapi.Optional, openapi.Required),
    (declarative.Optional, declarative.Required),
    (validation.Optional, validation.Required),
)


def check(
    tags: Tags, place: Place, diagnostics: Diagnostics, faulty: frozenset[str] = frozenset()
) -> None:
    """Report every contradiction among the tags of one place.

    `faulty` are names that stand there too, in tags that could not be read.
    """
    if not tags:
        return
    if place is Place.PACKAGE:
        _check_package(tags, diagnostics, faulty)
    elif place in TYPE:
        _check_client(tags, diagnostics, faulty)
        _check_names(tags, diagnostics)
        _check_copies(tags, diagnostics)
    if place in (Place.PACKAGE, Place.FIELD):
        _check_presence(tags, diagnostics)


def _contradiction(
    diagnostics: Diagnostics, first: Tag, second: Tag, hint: str = "keep one of them"
) -> None:
    """Report two tags that say opposite things, at the one that stands lower."""
    upper, lower = sorted((first, second), key=lambda tag: tag.position)
    diagnostics.error(
        lower.position,
        f"{lower.text} contradicts {upper.text} in line {upper.position.line}",
        code="contradiction",
        hint=hint,
    )


def _word_position(tag: Tag, word: str) -> Position:
    """Where a word stands in the value of a tag."""
    value_at = tag.at()
    offset = value_at.column - tag.position.column
    match = re.search(rf"(?<![\w/.]){re.escape(word)}(?![\w/.])", tag.text[offset:])
    return replace(value_at, column=value_at.column + match.start()) if match else value_at


# --- packages -----------------------------------------------------------------------------------


def _check_package(tags: Tags, diagnostics: Diagnostics, faulty: frozenset[str]) -> None:
    group = tags.get(package.GroupName)
    if group is not None and group.value and not _DNS_SUBDOMAIN.fullmatch(group.value):
        diagnostics.error(
            group.at(),
            f"the group {group.value!r} is not a valid domain name",
            code="bad-value",
            hint="write lower-case words and digits with dots between, such as apps.example.com",
        )
    accessor = tags.get(package.GroupGoName)
    if accessor is not None and not _NAME.fullmatch(accessor.value):
        diagnostics.error(
            accessor.at(),
            f"{accessor.value!r} cannot be the name of an accessor",
            code="bad-value",
            hint="write one word of letters and digits, such as ExampleApps",
        )
    register = tags.get(package.RegisterGen)
    known = group is not None or package.GroupName.declaration.name in faulty
    if register is not None and register.value and not known:
        diagnostics.error(
            register.position,
            "+k8s:register-gen needs +groupName: without it there is nothing to register",
            code="missing-tag",
            hint="add +groupName=<the API group>",
        )
    _check_generate(tags, diagnostics)
    peers = tags.all(conversion.Peer)
    for off in (tag for tag in peers if tag.value == "false"):
        for peer in (tag for tag in peers if tag.value != "false"):
            _contradiction(diagnostics, off, peer)


def _check_presence(tags: Tags, diagnostics: Diagnostics) -> None:
    for yes, no in _PRESENCE:
        optional, required = tags.get(yes), tags.get(no)
        if optional is not None and required is not None:
            _contradiction(diagnostics, optional, required)


# --- clients ------------------------------------------------------------------------------------


def _check_client(tags: Tags, diagnostics: Diagnostics, faulty: frozenset[str]) -> None:
    if not facts.has_client(tags) and genclient.Genclient.declaration.name not in faulty:
        for about in _ABOUT_CLIENTS:
            for tag in tags.all(about):
                diagnostics.warning(
                    tag.position,
                    f"+{tag.tag_name} has no effect without +genclient",
                    code="no-effect",
                    hint="add +genclient, or remove this tag",
                )
    before = len(diagnostics)
    _check_verb_tags(tags, diagnostics)
    if len(diagnostics) == before and facts.has_client(tags):
        _check_verbs(tags, diagnostics)
    _check_methods(tags, diagnostics)


def _check_verb_tags(tags: Tags, diagnostics: Diagnostics) -> None:
    only = tags.get(genclient.OnlyVerbs)
    skip = tags.get(genclient.SkipVerbs)
    readonly = tags.get(genclient.ReadOnly)
    none = tags.get(genclient.NoVerbs)
    no_status = tags.get(genclient.NoStatus)
    for chosen in (only, readonly):
        if chosen is not None and skip is not None:
            _contradiction(
                diagnostics,
                chosen,
                skip,
                "list either the verbs that the client has, or those that it does not have",
            )
    for some in (only, readonly, skip):
        if some is not None and none is not None:
            _contradiction(diagnostics, some, none)
    for named in (only, skip):
        if named is not None:
            for word in sorted({verb for verb in named.value if named.value.count(verb) > 1}):
                diagnostics.error(
                    _word_position(named, word),
                    f"the verb {word} is listed twice",
                    code="duplicate-value",
                    hint="list it once",
                )
    if only is not None and no_status is not None:
        for word in (w for w in only.value if w in STATUS_VERBS):
            diagnostics.error(
                _word_position(only, word),
                f"the verb {word} contradicts +genclient:noStatus "
                f"in line {no_status.position.line}",
                code="contradiction",
                hint="remove the verb, or +genclient:noStatus",
            )


def _check_verbs(tags: Tags, diagnostics: Diagnostics) -> None:
    """Refuse verbs whose client cannot work without a verb that is not there."""
    chosen = facts.verbs(tags)
    skip = tags.get(genclient.SkipVerbs)
    only = tags.get(genclient.OnlyVerbs)
    for these, needed in _NEEDS:
        if not these <= chosen or needed in chosen:
            continue
        names = " and ".join(verb for verb in Verb if verb in these)
        if skip is not None:
            where = _word_position(skip, needed)
            last = [verb for verb in Verb if verb in these][-1]
            hint = f"skip {last} too, or keep {needed}"
        elif only is not None:
            where = _word_position(only, next(v for v in Verb if v in these))
            hint = f"add {needed} to +genclient:onlyVerbs"
        else:
            continue
        diagnostics.error(
            where, f"the client cannot {names} without {needed}", code="missing-verb", hint=hint
        )


def _check_methods(tags: Tags, diagnostics: Diagnostics) -> None:
    taken = {verb.lower(): f"the verb {verb}" for verb in facts.verbs(tags)}
    for method in tags.all(genclient.Method):
        folded = method.value.replace("_", "").lower()
        if not _NAME.fullmatch(method.value):
            diagnostics.error(
                method.at(),
                f"{method.value!r} cannot be the name of a method",
                code="bad-value",
                hint="write one word of letters and digits, such as UpdateScale",
            )
        elif folded in taken:
            diagnostics.error(
                method.at(),
                f"the name of the method {method.value} is taken by {taken[folded]}",
                code="duplicate-value",
                hint="choose another name",
            )
        else:
            taken[folded] = f"the method in line {method.position.line}"
        _check_method(method, diagnostics)


def _check_method(method: genclient.Method, diagnostics: Diagnostics) -> None:
    verb = method.verb
    if verb in _NO_METHOD_VERBS:
        allowed = ", ".join(v for v in Verb if v not in _NO_METHOD_VERBS)
        diagnostics.error(
            method.at("verb"),
            f"an extension method cannot have the verb {verb}",
            code="bad-value",
            hint=f"it can have one of: {allowed}",
        )
        return
    for argument, value, fitting in (
        ("input", method.input, _INPUT_VERBS),
        ("result", method.result, _RESULT_VERBS),
    ):
        if value is None:
            continue
        if verb not in fitting:
            diagnostics.error(
                method.at(argument),
                f"a method with the verb {verb} takes no {argument}=",
                code="unexpected-argument",
                hint=f"remove {argument}=; it goes with: {', '.join(fitting)}",
            )
        elif not _DOTTED.fullmatch(value):
            diagnostics.error(
                method.at(argument),
                f"{value!r} is not the name of a type",
                code="bad-value",
                hint="write a type of this package, or a dotted path such as "
                "kube.api.autoscaling.v1.Scale",
            )
    if method.subresource is None:
        return
    if verb is Verb.LIST:
        diagnostics.error(
            method.at("subresource"),
            "a method with the verb list takes no subresource=",
            code="unexpected-argument",
            hint="remove subresource=, or use the verb get",
        )
    elif not _SUBRESOURCE.fullmatch(method.subresource):
        diagnostics.error(
            method.at("subresource"),
            f"{method.subresource!r} is not a valid name for a subresource",
            code="bad-value",
            hint="write one lower-case word, such as scale",
        )


# --- names and scope ----------------------------------------------------------------------------


def _check_name(tag: Tag, argument: str, role: str, name: str, diagnostics: Diagnostics) -> None:
    if not _RESOURCE_NAME.fullmatch(name):
        diagnostics.error(
            tag.at(argument),
            f"{name!r} cannot be {role} of a kind",
            code="bad-value",
            hint="write lower-case letters, digits and -, 63 at most, a letter first: clusters",
        )


def _check_names(tags: Tags, diagnostics: Diagnostics) -> None:
    plural = tags.get(genclient.ResourceName)
    resource = tags.get(crd.Resource)
    path = resource.path if resource is not None else None
    if plural is not None:
        _check_name(plural, "value", "the plural", plural.value, diagnostics)
    if resource is not None:
        if path is not None:
            _check_name(resource, "path", "the plural", path, diagnostics)
        if resource.singular is not None:
            _check_name(resource, "singular", "the singular", resource.singular, diagnostics)
        for name in resource.short_name or ():
            _check_name(resource, "short_name", "a short name", name, diagnostics)
        for name in resource.categories or ():
            _check_name(resource, "categories", "a category", name, diagnostics)
    if plural is not None and resource is not None and path not in (None, plural.value):
        diagnostics.error(
            max(plural.at(), resource.at("path")),
            f"the plural is {plural.value} by +resourceName and {path} by +kubebuilder:resource",
            code="contradiction",
            hint="remove one of them",
        )
    cluster_scoped = tags.get(genclient.NonNamespaced)
    if cluster_scoped is not None and resource is not None and resource.scope == "Namespaced":
        diagnostics.error(
            max(cluster_scoped.position, resource.at("scope")),
            "the kind is cluster-scoped by +genclient:nonNamespaced and namespaced by "
            "+kubebuilder:resource",
            code="contradiction",
            hint="write scope=Cluster, or remove +genclient:nonNamespaced",
        )


# --- deep copies --------------------------------------------------------------------------------


def _check_generate(tags: Tags, diagnostics: Diagnostics) -> None:
    """The two families' tags for one thing must agree; a package's own tag can only be yes."""
    ours = tags.get(deepcopy.PackageDeepCopy) or tags.get(deepcopy.TypeDeepCopy)
    theirs = tags.get(deepcopy.ObjectGenerate)
    if ours is not None and theirs is not None and (ours.value is not False) != theirs.value:
        _contradiction(diagnostics, ours, theirs)


def _check_copies(tags: Tags, diagnostics: Diagnostics) -> None:
    _check_generate(tags, diagnostics)
    interfaces = tags.all(deepcopy.Interfaces)
    for tag in interfaces:
        for word in tag.value:
            _check_interface(tag, word, diagnostics)
    nonpointer = tags.all(deepcopy.NonpointerInterfaces)
    for other in nonpointer[1:]:
        if other.value != nonpointer[0].value:
            _contradiction(diagnostics, nonpointer[0], other)
    root = tags.get(deepcopy.ObjectRoot)
    if root is not None and not root.value and facts.OBJECT in facts.copy_interfaces(tags):
        _contradiction(diagnostics, root, interfaces[0])
    off = tags.get(deepcopy.TypeDeepCopy) or tags.get(deepcopy.ObjectGenerate)
    if off is not None and not off.value and interfaces:
        diagnostics.warning(
            interfaces[0].position,
            f"+k8s:deepcopy-gen:interfaces has no effect beside {off.text}",
            code="no-effect",
            hint="remove one of the two",
        )


def _check_interface(tag: Tag, name: str, diagnostics: Diagnostics) -> None:
    if name == facts.GO_OBJECT or _DOTTED.fullmatch(name):
        return
    go = _GO_PATH.fullmatch(name)
    diagnostics.error(
        _word_position(tag, name),
        f"{name!r} is not the path of an interface",
        code="bad-value",
        hint=f"write the dotted path of the Python class {go.group(2)}"
        if go
        else "write a dotted path, such as kube.runtime.Object",
    )
