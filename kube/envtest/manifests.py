"""Manifests: the objects in YAML and JSON files, for a server to begin with."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TypeAlias

from kube.runtime.trees import Tree

ManifestPaths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""A file or a folder of manifests, or several."""

_SUFFIXES = (".yaml", ".yml", ".json")


def load_manifests(paths: ManifestPaths, kinds: Collection[str] = ()) -> list[Tree]:
    """The objects in manifest files, and in those of folders (not below), in order of names; with
    `kinds` those alone, whatever else is there.

    Raises OSError, and ValueError for a file that contains something else and for a folder without
    manifests.
    """
    several = [paths] if isinstance(paths, str | os.PathLike) else paths
    files = [file for path in several for file in _files(Path(path))]
    return [tree for file in files for tree in load_documents(file.read_bytes(), str(file), kinds)]


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise FileNotFoundError(
            f"there is no file or folder {path.absolute()} to read manifests from"
        )
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    if not files:
        raise ValueError(
            f"the folder {path.absolute()} has no manifests: no file in it ends in "
            + ", ".join(_SUFFIXES)
        )
    return files


def load_documents(body: bytes, where: str, kinds: Collection[str] = ()) -> list[Tree]:
    """The objects of a manifest, Lists taken apart, and with `kinds` those alone; raises ValueError
    that begins with `where`."""
    from kube.runtime.yaml import YAMLError, load_all

    try:
        documents = list(load_all(body))
    except YAMLError as error:
        raise ValueError(f"{where}: not YAML: {' '.join(str(error).split())}") from None
    objects: list[Tree] = []
    for document in documents:
        if document is None:
            continue
        if kinds and not (isinstance(document, dict) and document.get("kind") in kinds):
            continue
        if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
            raise ValueError(f"{where}: a document is not an object with apiVersion and kind")
        if document["kind"].endswith("List") and isinstance(document.get("items"), list):
            objects += document["items"]
        else:
            objects.append(document)
    return objects
