"""What the last run read and wrote, as hashes, so that a run with nothing to do ends at once.

A stamp is believed only while everything it names is as it was: the toolchain itself, the
arguments, the content of each file read, the list of hand-written files around them, and the
content of each file written. It may be deleted at any time. An unchanged run needs only this
module, so it imports nothing of the toolchain.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.files import digest, read, walk

FOLDER = ".cache/codegen"


@dataclass(frozen=True, slots=True)
class Stamp:
    """`inputs` and `outputs` map paths (relative to the root, or absolute) to hashes.

    `folders` are (path, deep) of the places whose hand-written Python files are listed in
    `listing`. `findings` (warnings and notes) are reported again by every run until their cause is
    removed; `left` are files of an earlier run that no generator of this one writes. `answer` are
    the lines that a run of another kind ended with.
    """

    arguments: Any
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    folders: Sequence[tuple[str, bool]]
    listing: Sequence[str]
    findings: Sequence[Mapping[str, Any]]
    left: Sequence[str] = ()
    answer: Sequence[str] = ()


def load(root: Path, name: str, arguments: object) -> Stamp | None:
    """The stamp of the last run with these arguments if nothing has changed since, else None."""
    try:
        data = json.loads((root / FOLDER / f"{name}.json").read_bytes())
        if data.pop("toolchain") != toolchain():
            return None
        stamp = Stamp(**data)
        if stamp.arguments != json.loads(json.dumps(arguments)):
            return None
        files = {**stamp.inputs, **stamp.outputs}
        if any(digest(read(root / path)) != known for path, known in files.items()):
            return None
        if any(not (root / path).is_file() for path in stamp.left):
            return None
        now = listing(root, stamp.folders, stamp.outputs)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return stamp if now == stamp.listing else None


def former(root: Path, name: str) -> list[str]:
    """The files that the last run of a name knew of, whatever has changed since.

    A stamp can be edited, so a caller checks each file before it removes it.
    """
    try:
        data = json.loads((root / FOLDER / f"{name}.json").read_bytes())
        paths = [*data["outputs"], *data.get("left", ())]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return []
    return [path for path in paths if isinstance(path, str)]


def save(root: Path, name: str, stamp: Stamp) -> None:
    """Writes it, whole. Raises OSError; a run that cannot is only slower the next time."""
    path = root / FOLDER / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / ".gitignore").write_text("*\n")
    fields = {key: getattr(stamp, key) for key in Stamp.__slots__}
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps({"toolchain": toolchain(), **fields}, indent=1))
    temporary.replace(path)


def listing(root: Path, folders: Iterable[tuple[str, bool]], outputs: Collection[str]) -> list[str]:
    """The Python files in the folders, sorted, without those that a run makes itself."""
    paths = {path for folder, deep in folders for path in walk(root, folder, deep=deep)}
    return sorted(path for path in paths if path.endswith(".py") and path not in outputs)


@contextlib.contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Lets one run at a time write to a project: `make -j` may start several.

    Where no lock is available (a read-only project, a system without flock) nothing is locked.
    """
    try:
        import fcntl

        (root / FOLDER).mkdir(parents=True, exist_ok=True)
        lock = (root / FOLDER / "lock").open("w")
    except (ImportError, OSError):
        yield
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def toolchain() -> list[object]:
    """What the toolchain is: where it stands, and the size and time of each of its files."""
    here = Path(__file__).parent
    paths = sorted(p for p in walk(here, ".", deep=True) if p.endswith((".py", ".j2")))
    stats = ((p, (here / p).stat()) for p in paths)
    files = repr([(p, s.st_size, s.st_mtime_ns) for p, s in stats])
    return [sys.version, str(here), digest(files.encode())]
