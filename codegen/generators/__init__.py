"""What each generator is, in one table; none is imported before it is asked for.

A generator is one function from the model to artifacts. Reading and writing stand elsewhere, so
verify, dry runs and tests cost nothing. The command line reads this table for every `--help`:
the model, 20 ms to import, is named here for type checkers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen.diagnostics import Diagnostics
    from codegen.model import Universe


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file to be. `path` is relative to the project's root, with `/`."""

    path: str
    text: str
    generator: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What generators are told, whether by `[tool.codegen]` or by options on the command line.

    Folders are relative to the project's root, with `/`; packages are dotted Python names: what
    a folder is imported as (they differ where sources stand under `src/`).
    """

    header: str = ""  # the text of --header-file, each line a comment already
    clientset_dir: str = "generated/clientset"
    clientset_package: str = "generated.clientset"
    clientset_name: str = "versioned"
    lister_dir: str = "generated/listers"
    lister_package: str = "generated.listers"
    informer_dir: str = "generated/informers"
    informer_package: str = "generated.informers"
    informer_name: str = "externalversions"
    crd_dir: str = "config/crd/bases"
    crd_description_length: int | None = None  # bytes; None: whole, 0: none
    crd_description_lengths: Mapping[str, int] = field(default_factory=dict)  # by member's path
    crd_generate_embedded_object_meta: bool = False
    crd_allow_dangerous_types: bool = False
    crd_conversion_webhook: str = ""  # namespace/service that converts kinds of several versions
    rbac_dir: str = "config/rbac"
    rbac_role_name: str = "manager-role"
    rbac_check_calls: bool = False
    webhook_dir: str = "config/webhook"
    plural_exceptions: Mapping[str, str] = field(default_factory=dict)  # kind → plural
    bounding_dirs: tuple[str, ...] = ()
    # Hand-written files that matter (`*_expansion.py`, `register.py`), with the names they define.
    existing: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    universe: Universe
    settings: Settings
    diagnostics: Diagnostics


Generate = Callable[[Context], Iterator[Artifact]]


@dataclass(frozen=True, slots=True)
class Generator:
    """`folder` is where it writes, all of it its own to prune; None: beside the API modules."""

    name: str
    help: str
    folder: Callable[[Settings], str] | None = None

    def load(self) -> Generate:
        """The `generate` of `codegen.generators.<name>`, imported now."""
        generate: Generate = import_module(f"codegen.generators.{self.name}").generate
        return generate


GENERATORS: dict[str, Generator] = {
    g.name: g
    for g in (
        Generator("deepcopy", "Typed deep copies, beside the API module."),
        Generator("register", "Registration in a Scheme, for packages without a register.py."),
        Generator(
            "clientset",
            "Typed clients, sync and async, with a fake for tests.",
            lambda s: f"{s.clientset_dir}/{s.clientset_name}",
        ),
        Generator("lister", "Typed reads from an informer's cache.", lambda s: s.lister_dir),
        Generator(
            "informer",
            "A shared informer factory, by group and version.",
            lambda s: s.informer_dir,
        ),
        Generator("crd", "CustomResourceDefinitions, one file a kind.", lambda s: s.crd_dir),
        Generator(
            "rbac", "The role that the markers of controllers ask for.", lambda s: s.rbac_dir
        ),
        Generator("webhook", "Configurations of admission webhooks.", lambda s: s.webhook_dir),
    )
}
