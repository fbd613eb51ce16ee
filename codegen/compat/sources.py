"""Manifests from a folder, a file, a git revision, or a path in a revision.

`HEAD~3` is the folder of CRDs as it was then; `v1.0:deploy/crds` any folder or file of then.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from codegen.compat.changes import Steps, Tree
from codegen.model import Position

_SUFFIXES = (".yaml", ".yml", ".json")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SourceError(Exception):
    """A state that cannot be read. The message is one sentence."""


class Manifest(msgspec.Struct, frozen=True):
    """One CRD and the text it stands in, as document number `index`."""

    crd: Tree
    path: str
    text: str
    index: int

    def position(self, steps: Steps) -> Position:
        """The place of the value at the end of the steps, or of the last value that exists."""
        node = _nodes(self.text)[self.index]
        mark = node.start_mark
        for step in steps:
            below = _below(node, step)
            if below is None:
                break
            node, mark = below
        return Position(self.path, mark.line + 1, mark.column + 1)


@cache  # a state has as many positions to find as there are changes
def _nodes(text: str) -> list[Any]:
    return list(yaml.compose_all(text, _LOADER))


def _below(node: Any, step: str | int) -> tuple[Any, Any] | None:
    """The node of a member or an element, and the place where it begins: its key's."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark
    return None


def load(source: str, root: Path, folder: str) -> Mapping[str, Manifest]:
    """The CRDs of a source, by name. `folder`, below `root`, is where CRDs stand by default.

    Raises SourceError.
    """
    manifests = load_new(source, root, folder)
    if not manifests:
        raise SourceError(f"there is no CustomResourceDefinition in {source}")
    return manifests


def load_new(source: str, root: Path, folder: str, *, there: bool = True) -> Mapping[str, Manifest]:
    """The same for the newer state, which may have no CRD left.

    Its folder may be missing too, unless it must be `there`: it is removed with the last CRD.
    """
    path = Path(source) if Path(source).is_absolute() else root / source
    if not there and not path.exists():
        return {}
    texts = dict(_from_disk(path, root) if path.exists() else _from_git(source, root, folder))
    manifests: dict[str, Manifest] = {}
    for shown, text in texts.items():
        for manifest in _manifests(shown, text):
            name = manifest.crd["metadata"]["name"]
            first = manifests.setdefault(name, manifest)
            if first is not manifest:
                raise SourceError(f"{name} is defined in {first.path} and in {shown}")
    if not manifests and path.is_file():
        raise SourceError(f"there is no CustomResourceDefinition in {source}")
    return manifests


def _manifests(path: str, text: str) -> Iterator[Manifest]:
    try:
        documents = list(yaml.load_all(text, _LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        raise SourceError(f"{where}: {getattr(error, 'problem', '') or 'not valid YAML'}") from None
    for index, document in enumerate(documents):
        if not isinstance(document, dict) or document.get("kind") != "CustomResourceDefinition":
            continue
        group, _, version = str(document.get("apiVersion", "")).partition("/")
        if group != "apiextensions.k8s.io":
            continue
        if version != "v1":
            raise SourceError(
                f"{path}: the CustomResourceDefinition is of {group}/{version}: only v1 is compared"
            )
        if fault := _fault(document):
            raise SourceError(f"{path}: the CustomResourceDefinition {fault}")
        yield Manifest(document, path, text, index)


def _fault(document: Tree) -> str:
    """What keeps a CRD from being compared; a schema's own faults are the API server's to find."""
    metadata, spec = document.get("metadata"), document.get("spec")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return "has no metadata.name"
    if not isinstance(spec, dict):
        return f"{metadata['name']} has no spec"
    if not isinstance(spec.get("names") or {}, dict):
        return f"{metadata['name']} has spec.names that is not a mapping"
    versions = spec.get("versions") or []
    if not isinstance(versions, list):
        return f"{metadata['name']} has spec.versions that is not a list"
    for index, version in enumerate(versions):
        if not isinstance(version, dict) or not isinstance(version.get("name"), str):
            return f"{metadata['name']} has no spec.versions[{index}].name"
        schema = (version.get("schema") or {}).get("openAPIV3Schema") or {}
        if wrong := _malformed(schema, f"spec.versions[{index}].schema.openAPIV3Schema"):
            return f"{metadata['name']} has {wrong}"
    return ""


def _malformed(schema: Any, path: str) -> str:
    """The first part of a schema that is not of the shape of one."""
    if not isinstance(schema, dict):
        return f"{path} that is not a mapping"
    for word in ("properties", "patternProperties"):
        inner = schema.get(word) or {}
        if not isinstance(inner, dict):
            return f"{path}.{word} that is not a mapping"
        for name, below in inner.items():
            if wrong := _malformed(below, f"{path}.{word}[{name}]"):
                return wrong
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict) and (
            wrong := _malformed(schema[word], f"{path}.{word}")
        ):
            return wrong
    return ""


def _from_disk(path: Path, root: Path) -> Iterator[tuple[str, str]]:
    files = sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES) if path.is_dir() else [path]
    for file in files:
        shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
        try:
            yield shown, file.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{shown} cannot be read: {error}") from None


def _from_git(source: str, root: Path, folder: str) -> Iterator[tuple[str, str]]:
    revision, _, asked = source.partition(":")
    path = asked or folder
    if not _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"):
        raise SourceError(f"there is no folder, file or git revision {source}")
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", revision, "--", path) or ""
    names = [name for name in listed.split("\0") if name.endswith(_SUFFIXES)]
    if asked and not names:
        raise SourceError(f"there is no manifest below {path} in {revision}")
    for name in names:
        # Paths of ls-tree are relative to `root`, wherever it is in the repository.
        yield f"{revision}:{name}", _git(root, "show", f"{revision}:./{name}") or ""


def _git(root: Path, *arguments: str) -> str | None:
    """The output of git; None where it fails, or is not installed."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
