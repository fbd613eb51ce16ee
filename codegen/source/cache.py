"""Whether anything that a run read has changed since, told by content hashes alone.

The stamp is `Universe.inputs`: every source file that was read, the runtime's own and those of
other packages included, and for each package's folder the list of its modules, so that a new file
counts too. Modification times are not asked: a checkout or a build changes them at will. Checking
costs one read and one hash a file, and needs nothing of the reader but this module.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

GENERATED = "zz_generated_"


def digest(data: bytes) -> str:
    """The content hash by which a run recognises what an earlier one has read."""
    return hashlib.sha256(data).hexdigest()


def module_files(folder: Path) -> list[str]:
    """The names of the modules of a package that people write, sorted."""
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.suffix == ".py" and not entry.name.startswith(GENERATED) and not entry.is_dir()
    )


def folder_digest(folder: Path) -> str:
    return digest("\n".join(module_files(folder)).encode())


def unchanged(root: Path, inputs: Mapping[str, str]) -> bool:
    """Whether every input is as it was when its hash was taken; a missing one is a change."""
    try:
        return all(_current(root, path) == known for path, known in inputs.items())
    except OSError:
        return False


def _current(root: Path, path: str) -> str:
    place = root / path
    return folder_digest(place) if path.endswith("/") else digest(place.read_bytes())
