"""CRDs out of files: several documents in a file, lists, and other kinds in between."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard

import yaml

from codegen import output
from codegen.diagnostics import Diagnostics
from codegen.importer import names
from codegen.importer.cache import Cache
from codegen.importer.sources import SUFFIXES, files
from codegen.model import Position

Tree: TypeAlias = dict[str, Any]
Progress: TypeAlias = Callable[
    [list[tuple[Path, Path]]], AbstractContextManager[Iterable[tuple[Path, Path]]]
]
"""Takes the files, and gives them one after another."""

_TEMPLATE = re.compile(r"^\s*(-\s+)?\{\{|:\s+\{\{", re.MULTILINE)
_VERSION = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_HEAD = 4096
"""The header of a generated file stands within so many bytes."""
_IMPLICIT = ("bool", "int", "float", "null", "merge")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with JSON's types: a bare date, `=` and `on` are strings, as they are for Kubernetes."""


Loader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (
        kept := [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag.rpartition(":")[2] in _IMPLICIT and not tag.endswith(":bool")
        ]
    )
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")
)
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+"), list("-0123456789")
)


@dataclass(frozen=True, slots=True)
class Document:
    """One CRD, and where its document begins."""

    crd: Tree
    position: Position

    @property
    def name(self) -> str:
        return str(self.crd["metadata"]["name"])


def read(
    paths: Iterable[Path],
    root: Path,
    diagnostics: Diagnostics,
    *,
    cache: Cache | None = None,
    progress: Progress = nullcontext,
) -> list[Document]:
    """The CRDs of files and folders, by name; what else is there is told in notes.

    `cache` has what was read before; `progress` is told of each file.
    """
    found: dict[str, Document] = {}
    with progress([*files(paths)]) as listed:
        for file, named in listed:
            _read(file, named, root, found, diagnostics, cache)
    if cache is not None:
        cache.save()
    return _ordered(found, diagnostics)


def _read(
    file: Path,
    named: Path,
    root: Path,
    found: dict[str, Document],
    diagnostics: Diagnostics,
    cache: Cache | None,
) -> None:
    """Add the CRDs of one file, which stands in the folder that was named, or is it."""
    if file.is_dir():
        diagnostics.warning(
            Position(shown(file, root)),
            "there is no YAML or JSON file here",
            code="empty-folder",
            hint=f"files that end with {', '.join(SUFFIXES)} are read",
        )
        return
    content = file.read_bytes()
    if file != named and output.generator_of(content[:_HEAD]) is not None:
        diagnostics.note(
            Position(shown(file, root)),
            "passed over: this file was made by `codegen` itself",
            code="passed-over",
            hint="name the file to import it all the same",
        )
        return
    _add(content, shown(file, root), found, diagnostics, cache)


def _ordered(found: dict[str, Document], diagnostics: Diagnostics) -> list[Document]:
    """By name; two CRDs of one kind cannot be told apart in a package."""
    ordered = [found[name] for name in sorted(found)]
    by_kind: dict[tuple[str, str], Document] = {}
    by_folder: dict[str, str] = {}
    for document in ordered:
        spec = document.crd["spec"]
        group = by_folder.setdefault(names.folder(spec["group"]), spec["group"])
        if group != spec["group"]:
            diagnostics.error(
                document.position,
                f"the groups {spec['group']} and {group} would have one folder",
                code="duplicate-crd",
                hint="import them into different folders, with --output",
            )
        kind = spec["names"]["kind"]
        known = by_kind.setdefault((spec["group"], kind), document)
        if known is not document:
            diagnostics.error(
                document.position,
                f"{document.name} is of the kind {kind}, as {known.name} is",
                code="duplicate-crd",
                hint="import them into different folders, with --output",
            )
    return ordered


def shown(path: Path, root: Path) -> str:
    """A path as messages show it: from the root where it is below it."""
    absolute = path.resolve()
    return (absolute.relative_to(root) if absolute.is_relative_to(root) else absolute).as_posix()


def parse(text: bytes, path: str, diagnostics: Diagnostics) -> list[Document]:
    """The CRDs of one text, by name."""
    found: dict[str, Document] = {}
    _add(text, path, found, diagnostics)
    return _ordered(found, diagnostics)


def of_trees(trees: Iterable[object], path: str, diagnostics: Diagnostics) -> list[Document]:
    """The CRDs among trees that were not read from a file, by name."""
    found: dict[str, Document] = {}
    _keep(((tree, 1) for tree in trees), path, found, diagnostics)
    return _ordered(found, diagnostics)


def _add(
    text: bytes,
    path: str,
    found: dict[str, Document],
    diagnostics: Diagnostics,
    cache: Cache | None = None,
) -> None:
    """Add the CRDs of one text. What was read of the same text before is not read again."""
    trees = None if cache is None else cache.get(text)
    if trees is None:
        before = len(diagnostics)
        trees = [*_trees(text, path, diagnostics)]
        if cache is not None and len(diagnostics) == before:
            cache.add(text, trees)
    _keep(trees, path, found, diagnostics)


def _keep(
    trees: Iterable[tuple[object, int]],
    path: str,
    found: dict[str, Document],
    diagnostics: Diagnostics,
) -> None:
    for tree, line in trees:
        position = Position(path, line)
        if not _is_crd(tree, position, diagnostics):
            continue
        document = Document(tree, position)
        known = found.setdefault(document.name, document)
        if known is not document and known.crd != tree:
            diagnostics.error(
                position,
                f"the CRD {document.name} is here and, with other content, in {known.position}",
                code="duplicate-crd",
                hint="import one of the two",
            )


def _trees(text: bytes, path: str, diagnostics: Diagnostics) -> Iterator[tuple[object, int]]:
    try:
        loader = Loader(text.decode())
    except UnicodeDecodeError:
        diagnostics.error(
            Position(path), "the file is not UTF-8", code="bad-encoding", hint="save it as UTF-8"
        )
        return
    try:
        while loader.check_node():
            node = loader.get_node()
            tree = loader.construct_document(node)
            line = node.start_mark.line + 1
            is_list = isinstance(tree, dict) and str(tree.get("kind", "")).endswith("List")
            if is_list and isinstance(tree.get("items"), list):
                yield from ((item, line) for item in tree["items"])
            elif tree is not None:
                yield tree, line
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        position = Position(path, mark.line + 1, mark.column + 1) if mark else Position(path)
        problem = getattr(error, "problem", None) or error
        is_template = _TEMPLATE.search(text.decode()) is not None
        diagnostics.error(
            position,
            f"a template, which is not valid YAML until it is rendered: {problem}"
            if is_template
            else f"not valid YAML: {problem}",
            code="bad-yaml",
            hint="render it first, as with `helm template`, and import what comes out"
            if is_template
            else "correct the file here",
        )
    except RecursionError:
        diagnostics.error(
            Position(path),
            "the file is nested too deep to be read",
            code="bad-yaml",
            hint="no schema of a CRD is nested like this: name the files with CRDs",
        )
    finally:
        loader.dispose()


def _is_crd(tree: object, position: Position, diagnostics: Diagnostics) -> TypeGuard[Tree]:
    kind = tree.get("kind") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or kind != "CustomResourceDefinition":
        what = f"a {kind}" if isinstance(kind, str) else "no Kubernetes object"
        diagnostics.note(position, f"left out: {what}, not a CRD", code="not-a-crd", hint="")
        return False
    version = tree.get("apiVersion")
    if version != "apiextensions.k8s.io/v1":
        diagnostics.error(
            position,
            f"the CRD is of {version}: only apiextensions.k8s.io/v1 can be imported",
            code="bad-crd",
            hint="convert it first: a server of Kubernetes 1.16 to 1.21 returns it as v1",
        )
        return False
    missing = _missing_of_patch(tree)
    if missing:
        diagnostics.warning(
            position,
            f"left out: a part of a CRD, such as a patch, not a CRD: it has no {missing}",
            code="not-a-crd",
            hint="import the whole CRD, as `kubectl kustomize` renders it or a server returns it",
        )
        return False
    fault = _fault(tree)
    if fault:
        diagnostics.error(
            position,
            f"the CRD has no {fault}",
            code="bad-crd",
            hint="correct it: a server refuses this CRD",
        )
    return not fault


def _missing_of_patch(tree: Tree) -> str:
    """The member whose absence shows that this was never meant to be a whole CRD."""
    spec = tree.get("spec")
    if not isinstance(spec, dict):
        return "spec"
    return next((f"spec.{name}" for name in ("group", "names", "versions") if name not in spec), "")


def _fault(tree: Tree) -> str:
    """The first member that a CRD needs and this one does not have."""
    metadata, spec = tree.get("metadata"), tree["spec"]
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return "metadata.name"
    if not isinstance(spec.get("group"), str):
        return "spec.group"
    if "." not in spec["group"]:
        return f"group with a domain: {spec['group']!r}"
    own = spec.get("names")
    own = own if isinstance(own, dict) else {}
    for name in ("kind", "plural"):
        if not isinstance(own.get(name), str):
            return f"spec.names.{name}"
    kind = own["kind"]
    if not kind.isidentifier() or keyword.iskeyword(kind):
        return f"kind that can be a class in Python: {kind!r}"
    approved = (metadata.get("annotations") or {}).get(_APPROVED)
    if f".{spec['group']}".endswith((".k8s.io", ".kubernetes.io")) and not approved:
        return f"annotation {_APPROVED}, which a group of Kubernetes itself needs: {spec['group']}"
    if metadata["name"] != f"{own['plural']}.{spec['group']}":
        return f"metadata.name of the form <plural>.<group>: {metadata['name']!r}"
    versions = spec.get("versions")
    if not isinstance(versions, list) or not versions:
        return "spec.versions"
    for index, version in enumerate(versions):
        if not isinstance(version, dict) or not isinstance(version.get("name"), str):
            return f"spec.versions[{index}].name"
        if not _VERSION.fullmatch(version["name"]):
            return f"version that a server takes: {version['name']!r} is not a DNS label"
        schema = version.get("schema")
        if not isinstance(schema, dict) or not isinstance(schema.get("openAPIV3Schema"), dict):
            return f"spec.versions[{index}].schema.openAPIV3Schema"
        place = _malformed(schema["openAPIV3Schema"], "")
        if place:
            return f"valid schema in version {version['name']}: {place}"
    return ""


_APPROVED = "api-approved.kubernetes.io"
_DEEPEST = 100
"""A schema that is nested deeper is none that anybody wrote: the deepest known has 38 levels."""

_SHAPES: dict[str, type | tuple[type, ...]] = {
    "properties": dict, "items": dict, "additionalProperties": (dict, bool), "required": list,
    "enum": list, "oneOf": list, "anyOf": list, "allOf": list, "not": dict, "type": str,
    "format": str, "description": str, "pattern": str, "nullable": bool, "minimum": (int, float),
    "maximum": (int, float), "multipleOf": (int, float), "exclusiveMinimum": bool,
    "exclusiveMaximum": bool, "minLength": int, "maxLength": int, "minItems": int,
    "maxItems": int, "minProperties": int, "maxProperties": int, "uniqueItems": bool,
    "x-kubernetes-validations": list, "x-kubernetes-list-map-keys": list,
    "x-kubernetes-list-type": str, "x-kubernetes-map-type": str,
    "x-kubernetes-int-or-string": bool, "x-kubernetes-embedded-resource": bool,
    "x-kubernetes-preserve-unknown-fields": bool,
}  # fmt: skip
_ELEMENTS: dict[str, type] = {
    "required": str, "x-kubernetes-validations": dict, "x-kubernetes-list-map-keys": str,
}  # fmt: skip


def _malformed(schema: Tree, path: str, depth: int = 0) -> str:
    """Where a schema is none that a server would store; empty if it is one."""
    if depth > _DEEPEST:
        return f"{path[:60]}... is nested more than {_DEEPEST} levels deep"
    if schema.get("$ref"):
        return f"{path or 'the root'} has a $ref, which a CRD cannot have"
    for word, value in schema.items():
        wanted = _SHAPES.get(word)
        if value is None or wanted is None:
            continue
        element = _ELEMENTS.get(word, object)
        if not isinstance(value, wanted) or (
            isinstance(value, list) and not all(isinstance(each, element) for each in value)
        ):
            return f"{path or 'the root'} has no valid {word}"
    for name, inner in (schema.get("properties") or {}).items():
        if not name:
            return f"{path or 'the root'} has a member without a name"
        if not isinstance(inner, dict):
            return f"{path}.{name} is not a schema"
        if place := _malformed(inner, f"{path}.{name}", depth + 1):
            return place
    for word, mark in (("items", "[]"), ("additionalProperties", ".*")):
        inner = schema.get(word)
        if isinstance(inner, dict) and (place := _malformed(inner, f"{path}{mark}", depth + 1)):
            return place
    return ""
