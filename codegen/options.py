"""Options: what `[tool.codegen]` and the command line can say, each declared once.

An option's key, its flag, its help and its check derive from one declaration, so that the two ways
of saying a thing cannot drift apart. Options of all runs are declared here; those of one generator
are the fields of its own dataclass, each declared by `option`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

OUTPUT = "generated"
"""The folder that the trees of generated code stand in, where nothing else is configured."""


class Shape(Enum):
    """How a value is written, and what it is checked for. The value names it for people."""

    FOLDER = "a folder"
    FOLDERS = "a list of folders"
    FILE = "a file"
    NAME = "a Python name"
    PACKAGE = "a dotted Python package"
    PLURALS = "a table of plurals by kind"
    PACKAGES = "a table of modules by type"
    GENERATORS = "a list of generators"
    NUMBER = "a number, 0 or greater"
    FLAG = "true or false"
    LENGTHS = "a table of lengths by the path of a field"
    SERVICE = "a service, as namespace/name"
    OBJECT_NAME = "the name of an object"


@dataclass(frozen=True, slots=True)
class Option:
    """`key` is what `[tool.codegen]` calls it; a dot makes it a key of a table of its own.

    `flag` is its name on the command line; empty: it has none.
    """

    key: str
    shape: Shape
    help: str
    flag: str = ""


COMMON: tuple[Option, ...] = (
    Option(
        "input",
        Shape.FOLDERS,
        "API package to read: a folder of tagged modules. Repeat it, or separate by commas.",
        "--input",
    ),
    Option("input-base", Shape.FOLDER, "Folder that the inputs are relative to.", "--input-base"),
    Option(
        "header-file",
        Shape.FILE,
        "File of comment lines to put at the top of each generated file.",
        "--header-file",
    ),
    Option("output-dir", Shape.FOLDER, f"Folder of the generated trees (default: {OUTPUT})."),
    Option("output-package", Shape.PACKAGE, "What that folder is imported as."),
    Option("generators", Shape.GENERATORS, "Generators that `codegen generate` runs."),
    Option(
        "plural-exceptions",
        Shape.PLURALS,
        "Plural of a kind where the rules of English fail, as Kind:plural.",
        "--plural-exceptions",
    ),
)


def option(
    default: object, shape: Shape, help: str, *, key: str = "", flag: str | None = None
) -> Any:
    """A field of a generator's options.

    `max_desc_len` of `crd` is `crd.max-desc-len` in `[tool.codegen]` and `--max-desc-len` on the
    command line, unless `key` or `flag` differs.
    """
    metadata = {"shape": shape, "help": help, "key": key, "flag": flag}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=default.copy, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def declared(generator: str, options: type) -> Iterator[tuple[str, Option]]:
    """The options of a generator, each with the field of its dataclass that holds the value."""
    for field in dataclasses.fields(options):
        name = field.name.replace("_", "-")
        about = field.metadata
        flag = f"--{name}" if about["flag"] is None else about["flag"]
        key = about["key"] or f"{generator}.{name}"
        yield field.name, Option(key, about["shape"], about["help"], flag)
