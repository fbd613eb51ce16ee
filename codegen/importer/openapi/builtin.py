"""What `kube.api` has already of the schemas of documents: those are imported, not made again.

A schema is the one that `kube.api` has if its name says so, it has the same members, the same of
them are required, and so for all that it refers to. A release of Kubernetes that is older or newer
than `kube.api` differs in some; these become classes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.importer.openapi.documents import Api, referred
from codegen.importer.openapi.types import META, OURS
from codegen.model import Named, QualifiedName, Struct, Type, TypeRef
from codegen.tags.declared import openapi

_DISTRIBUTION = Path(__file__).resolve().parents[3]
FOLDER = _DISTRIBUTION / "kube" / "api"
_ALWAYS = ("kube/api/meta/v1", "kube/runtime/metadata")
_ROOT = frozenset({"apiVersion", "kind", "metadata"})


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """`classes` by the names of their schemas; `types` also has all that these refer to.

    `notes` tells of schemas that `kube.api` has otherwise: which, and what differs.
    """

    classes: Mapping[str, TypeRef]
    types: Mapping[QualifiedName, Type]
    notes: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.classes


def built_in(api: Api, *, is_kube_api: bool) -> BuiltIn:
    """What `kube.api` has; only its meta/v1 when it is `kube.api` itself that is made."""
    folders = set(_ALWAYS)
    if not is_kube_api:
        folders |= {folder for name in api.schemas if (folder := _folder(name))}
    universe = source.read(_DISTRIBUTION, sorted(folders), Diagnostics())
    by_name: dict[tuple[str, str], Struct] = {}
    for package in universe.packages:
        home = _ALWAYS[0] if package.path in _ALWAYS else package.path
        for struct in package.structs():
            by_name[home, struct.name.name] = struct
    candidates: dict[str, Struct] = {}
    notes: dict[str, str] = {}
    for name, schema in api.schemas.items():
        own = by_name.get((_folder(name) or "", name.rpartition(".")[2]))
        if own is None or name in OURS:
            continue
        difference = "" if name.startswith(META) else _difference(schema, own)
        if difference:
            notes[name] = difference
        else:
            candidates[name] = own
    while missing := [
        name
        for name in candidates
        if not name.startswith(META)
        and any(r not in candidates and r not in OURS for r in _references(api.schemas[name]))
    ]:
        for name in missing:
            notes[name] = "it refers to one that differs"
            del candidates[name]
    classes = {name: Named(struct.name) for name, struct in candidates.items()}
    return BuiltIn(classes, universe.types, notes)


def _folder(name: str) -> str | None:
    """The package of `kube.api` that a Go type's schema would be in, if there is one."""
    if name.startswith(META):
        return _ALWAYS[0]
    group, _, version = name.rpartition(".")[0].rpartition(".")
    folder = f"{group.rpartition('.')[2]}/{version}"
    is_go = name.startswith("io.k8s.") and (".pkg.apis." in name or name.startswith("io.k8s.api."))
    return f"kube/api/{folder}" if is_go and (FOLDER / folder / "types.py").is_file() else None


def _difference(schema: Mapping[str, object], struct: Struct) -> str:
    """Which members differ; empty if none does."""
    properties = schema.get("properties")
    required = schema.get("required")
    theirs = set(properties if isinstance(properties, dict) else ()) - _ROOT
    needed = set(required if isinstance(required, list) else ()) - _ROOT
    if struct.kind == "list":
        return ""
    fields = {each.json_name: each for each in struct.fields if each.json_name not in _ROOT}
    ours = {
        name
        for name, each in fields.items()
        if each.default is None or openapi.Required in each.tags
    }
    told = [f"it has {name} too" for name in sorted(theirs - fields.keys())]
    told += [f"it has no {name}" for name in sorted(fields.keys() - theirs)]
    told += [f"{name} is required" for name in sorted((needed - ours) & fields.keys() & theirs)]
    told += [f"{name} is optional" for name in sorted((ours - needed) & theirs)]
    return ", ".join(told)


def _references(schema: object) -> Iterator[str]:
    name = referred(schema)
    if name is not None:
        yield name
    elif isinstance(schema, dict):
        for word in ("items", "additionalProperties"):
            yield from _references(schema.get(word))
        for each in (schema.get("properties") or {}).values():
            yield from _references(each)
