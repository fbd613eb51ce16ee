"""Every setting of the toolchain, declared once.

The keys of `[tool.codegen]`, the options of each subcommand, their help and their checks all
derive from this table, so that the two ways of saying a thing cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    """How a value is written, and what it is checked for. The value names it for people."""

    FOLDER = "a folder"
    FOLDERS = "a list of folders"
    FILE = "a file"
    NAME = "a Python name"
    PACKAGE = "a dotted Python package"
    PLURALS = "a table of plurals by kind"
    GENERATORS = "a list of generators"
    NUMBER = "a number, 0 or greater"
    FLAG = "true or false"
    LENGTHS = "a table of lengths by the path of a field"
    SERVICE = "a service, as namespace/name"
    OBJECT_NAME = "the name of an object"


@dataclass(frozen=True, slots=True)
class Option:
    """`key` is what `[tool.codegen]` calls it; a dot makes it a key of a table of its own.

    `flag` is its name on the command line (empty: it has none), `generators` are the subcommands
    that take it (empty: all), `setting` is the field of Settings that it fills, if it fills one.
    """

    key: str
    shape: Shape
    help: str
    flag: str = ""
    setting: str = ""
    generators: tuple[str, ...] = ()


def _output(generator: str, default: str) -> tuple[Option, Option]:
    return (
        Option(
            f"{generator}.output-dir",
            Shape.FOLDER,
            f"Folder to write to (default: {default}).",
            "--output-dir",
            f"{generator}_dir",
            (generator,),
        ),
        Option(
            f"{generator}.output-package",
            Shape.PACKAGE,
            "What that folder is imported as (default: its path with dots).",
            "--output-package",
            f"{generator}_package",
            (generator,),
        ),
    )


OPTIONS: tuple[Option, ...] = (
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
    Option("generators", Shape.GENERATORS, "Generators that `codegen generate` runs."),
    Option(
        "bounding-dirs",
        Shape.FOLDERS,
        "Folders outside which no type gets a deep copy of its own.",
        "--bounding-dirs",
        "bounding_dirs",
        ("deepcopy",),
    ),
    Option(
        "plural-exceptions",
        Shape.PLURALS,
        "Plural of a kind where the rules of English fail, as Kind:plural.",
        "--plural-exceptions",
        "plural_exceptions",
        ("clientset", "lister", "informer", "crd"),
    ),
    *_output("clientset", "generated/clientset"),
    Option(
        "clientset.name",
        Shape.NAME,
        "Name of the clientset, a folder in the output folder (default: versioned).",
        "--clientset-name",
        "clientset_name",
        ("clientset",),
    ),
    *_output("lister", "generated/listers"),
    *_output("informer", "generated/informers"),
    Option(
        "crd.output-dir",
        Shape.FOLDER,
        "Folder for the CRDs (default: config/crd/bases).",
        "--output-dir",
        "crd_dir",
        ("crd",),
    ),
    Option(
        "crd.max-desc-len",
        Shape.NUMBER,
        "Bytes to cut each description to, at the end of a sentence; 0 leaves them out.",
        "--max-desc-len",
        "crd_description_length",
        ("crd",),
    ),
    Option(
        "crd.desc-lens",
        Shape.LENGTHS,
        "The same for single fields and all below them, by path: spec.template.",
        setting="crd_description_lengths",
        generators=("crd",),
    ),
    Option(
        "crd.generate-embedded-object-meta",
        Shape.FLAG,
        "Give the metadata of objects inside of objects the members that users set.",
        "--generate-embedded-object-meta",
        "crd_generate_embedded_object_meta",
        ("crd",),
    ),
    Option(
        "crd.allow-dangerous-types",
        Shape.FLAG,
        "Let fields be floating-point numbers, on which languages disagree.",
        "--allow-dangerous-types",
        "crd_allow_dangerous_types",
        ("crd",),
    ),
    Option(
        "crd.conversion-webhook",
        Shape.SERVICE,
        "Service whose /convert converts kinds that have several versions, as namespace/name.",
        "--conversion-webhook",
        "crd_conversion_webhook",
        ("crd",),
    ),
    Option(
        "rbac.output-dir",
        Shape.FOLDER,
        "Folder for role.yaml (default: config/rbac).",
        "--output-dir",
        "rbac_dir",
        ("rbac",),
    ),
    Option(
        "rbac.role-name",
        Shape.OBJECT_NAME,
        "Name of the role (default: manager-role).",
        "--role-name",
        "rbac_role_name",
        ("rbac",),
    ),
    Option(
        "rbac.check-calls",
        Shape.FLAG,
        "Hold what the modules ask of generated clients against their markers.",
        "--check-calls",
        "rbac_check_calls",
        ("rbac",),
    ),
    Option(
        "webhook.output-dir",
        Shape.FOLDER,
        "Folder for manifests.yaml (default: config/webhook).",
        "--output-dir",
        "webhook_dir",
        ("webhook",),
    ),
)


def options_of(generator: str) -> tuple[Option, ...]:
    """What the subcommand of a generator takes."""
    return tuple(o for o in OPTIONS if o.flag and (not o.generators or generator in o.generators))
