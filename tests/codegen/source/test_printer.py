"""The printer against the reader: what is printed is read as the same model, and is good Python."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics, Severity
from codegen.model import Default, Package, Position, Universe
from codegen.source import printer, read
from tests.codegen.crd.random_apis import Api

ROOT = Path(__file__).parents[3]
RUFF = Path(sys.executable).with_name("ruff")
INIT = '# +k8s:deepcopy-gen=package\n# +groupName=example.com\n"""An API."""\n'
HEAD = """
import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal, TypeAlias
import kube.api.meta.v1 as metav1
from kube.runtime.quantity import Quantity
from kube.runtime import *
"""


def read_files(root: Path, files: Mapping[str, str]) -> Universe:
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    diagnostics = Diagnostics()
    universe = read(root, ["api/v1"], diagnostics)
    assert [d for d in diagnostics if d.severity is Severity.ERROR] == []
    return universe


def placeless(value: object) -> object:
    """A model without positions."""
    if isinstance(value, Position):
        return None
    if isinstance(value, Default):
        compared = ("has_value", "value", "factory")
        return type(value).__name__, {n: placeless(getattr(value, n)) for n in compared}
    if isinstance(value, msgspec.Struct):
        compared = value.__struct_fields__
        return type(value).__name__, {n: placeless(getattr(value, n)) for n in compared}
    if isinstance(value, Mapping):
        return {key: placeless(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [placeless(inner) for inner in value]
    return value


def package_of(universe: Universe) -> Package:
    [package] = universe.packages
    return package


def formatted(text: str) -> str:
    return subprocess.run(
        [RUFF, "format", "--line-length", "100", "--config", "line-length=100", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout


def assert_round_trip(root: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Reads files, prints them, reads that; returns what was printed."""
    universe = read_files(root / "written", files)
    printed = printer.package(package_of(universe), universe.types)
    again = read_files(root / "printed", printed)
    assert placeless(again.packages) == placeless(universe.packages)
    assert placeless(again.types) == placeless(universe.types)
    return printed


EVERYTHING = (
    HEAD
    + '''
LIMIT = 7
NAMES = ["a", 'say "no"', "it's"]


# What it is.
# +kubebuilder:validation:Minimum=0
Percent: TypeAlias = Int32

Matrix: TypeAlias = list[list[float]]
"""Rows of numbers."""


class Mode(OpenEnum):
    """A mode."""

    ON = "on"
    """Switched on."""

    OFF = "off"


class Closed(StrEnum):
    A = "a"


class Level(IntEnum):
    LOW = -1
    HIGH = 2


class Empty(Struct): pass


# +kubebuilder:validation:XValidation:rule="self.x < 3",message="too \\"large\\""
class Base(Struct):
    """A base."""

    class Inner(Struct):
        y: int = 0

    x: int = 0
    inner: Inner | None = None
    clusterIp: str = ""
    external_ips: list[str] = field(name="externalIps", default_factory=list)


class ThingSpec(Base):
    # Directly above.
    # +optional
    # +kubebuilder:validation:Enum=a;b
    a: str | None = None
    b: Mode = Mode.ON
    c: list[Closed] = field(default_factory=lambda: [Closed.A])
    d: dict[str, Any] = field(default_factory=dict, name="Dee")
    e: Annotated[int, Meta(ge=1, le=10)] | None = None
    f: Literal["x", 1, True] = "x"
    g: metav1.Time | None = None
    h: Quantity = "1Gi"
    i: "ThingSpec | None" = None
    j: bytes = b"\\x00a"
    k: float = 1.5
    class_: str = field(name="class")
    m: list[str | None] | dict[str, bool] | None = None
    n: datetime.datetime | None = None
    base: Base.Inner = field(default_factory=Base.Inner)
    # +default=ref(LIMIT)
    ref: Percent | None = None
    Time: str = ""
    object: RawExtension | None = None


# +genclient
# +kubebuilder:resource:path=things,shortName=th;tg
# +genclient:method=Scale,verb=get,subresource=scale,result=Thing

# +kubebuilder:printcolumn:name=A,type=string,JSONPath=`.spec.a`
class Thing(Object):
    r"""A thing with a \\\\ backslash."""

    spec: ThingSpec


class ThingList(ObjectList[Thing]): pass
'''
)


def test_all_that_a_declaration_can_say_comes_back(tmp_path) -> None:
    init = INIT + "\n# +kubebuilder:rbac:groups=apps,resources=pods,verbs=get;list\n"
    printed = assert_round_trip(
        tmp_path, {"api/v1/__init__.py": init, "api/v1/types.py": EVERYTHING}
    )
    for text in printed.values():
        assert formatted(text) == text


def test_what_is_printed_imports_and_is_strictly_typed(tmp_path) -> None:
    assert_round_trip(tmp_path, {"api/v1/__init__.py": INIT, "api/v1/types.py": EVERYTHING})
    root = tmp_path / "printed"
    (root / "api/__init__.py").write_text("")
    environment = {"PYTHONPATH": f"{root}:{ROOT}", "PATH": "/usr/bin:/bin", "MYPYPATH": str(ROOT)}
    program = (
        "import msgspec, api.v1.types as t\n"
        "msgspec.convert({'spec': {'Dee': {}, 'class': 'x', 'i': {'class': 'y'}}}, t.Thing)\n"
    )
    for command in (
        [sys.executable, "-c", program],
        [sys.executable, "-m", "mypy", "--strict", "api/v1/types.py"],
    ):
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "package",
    [
        "apis/clusterprovisioner/v1alpha1",
        "tests/apis/gadgets/v1",
        "tests/apis/gadgets/v1beta1",
        "tests/apis/gadgets/internal",
        "kube/api/core/v1",
        "kube/api/coordination/v1",
    ],
)
def test_the_apis_of_this_repository_come_back(tmp_path, package) -> None:
    diagnostics = Diagnostics()
    universe = read(ROOT, [package], diagnostics)
    read_package = package_of(universe)
    try:
        printed = printer.package(read_package, universe.types)
    except printer.Unprintable as unprintable:
        pytest.skip(str(unprintable))
    for path, text in printed.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        assert formatted(text) == text
    again = read(tmp_path, [package], Diagnostics())
    assert placeless(package_of(again).types) == placeless(read_package.types)
    assert placeless(package_of(again).tags) == placeless(read_package.tags)


@pytest.mark.parametrize("seed", range(12))
def test_random_apis_come_back(tmp_path, seed) -> None:
    text = Api(seed).python()
    printed = assert_round_trip(tmp_path, {"api/v1/__init__.py": INIT, "api/v1/types.py": text})
    assert formatted(printed["api/v1/types.py"]) == printed["api/v1/types.py"]


ANNOTATED = (
    "str",
    "Part",
    "list[str]",
    "dict[str, list[Any | None]]",
    "Part | list[Part] | None",
    'Annotated[list[Any], Meta(description="what it is", title="it\'s")]',
    # With its `| ` the second alternative is one character too long for a line.
    "str | Annotated[float | Annotated[int, Meta(ge=1)], "
    'Meta(description="what", title="of which?!")]',
)
VALUES = (
    "",
    " = None",
    ' = field(default=None, name="other")',
    ' = field(default=None, name="OtherNameThatIsLong{n}")',
    ' = field(default_factory=lambda: ["a", "{n}", "c"], name="Other{n}")',
    ' = field(default_factory=lambda: {{"a": [1, 2], "{n}": [33]}})',
    ' = "{n}"',
)


@pytest.mark.parametrize("annotation", ANNOTATED)
def test_declarations_of_any_width_are_laid_out_as_ruff_format_would(tmp_path, annotation) -> None:
    text = RANDOM_HEAD + "\nclass Wide(Struct):\n"
    for index, value in enumerate(VALUES):
        for width in range(20, 91, 3 if "Annotated" in annotation else 2):
            name = f"{'abcdefg'[index]}" + "n" * width
            text += f"    {name}: {annotation}{value.format(n='y' * width)}\n"
    for width in range(60, 95):
        text += f"\n\nA{'n' * width}: TypeAlias = {annotation}\n"
    files = {"api/v1/__init__.py": INIT, "api/v1/types.py": text}
    for path, content in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
    universe = read(tmp_path, ["api/v1"], Diagnostics())
    printed = printer.package(package_of(universe), universe.types)["api/v1/types.py"]
    assert formatted(printed) == printed


# --- by chance ----------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        "a", "b_c", "host_ip", "class_", "type", "field", "list", "str", "Any", "Literal", "Struct",
        "name_of_a_rather_long_field", "x1", "object", "datetime", "Mode", "default", "values",
        "is_a_name_that_is_so_long_that_lines_are_too_long",
    ]
)  # fmt: skip
ANNOTATIONS = st.recursive(
    st.sampled_from(
        [
            "str", "int", "bool", "float", "bytes", "Any", "Int32", "Quantity", "metav1.Time",
            "Part", "Color", "Closed", "Count", "RawExtension", 'Literal["a", "b c"]',
            "Annotated[int, Meta(ge=1)]", "SomeTypeWithAVeryLongNameIndeed", "IntOrString",
        ]
    ),
    lambda inner: st.one_of(
        inner.map("list[{}]".format),
        inner.map("dict[str, {}]".format),
        inner.map("{} | None".format),
        inner.map("Annotated[{}, Meta(description='what it is', title=\"it's\")]".format),
        st.lists(inner, min_size=2, max_size=3).map(" | ".join),
    ),
    max_leaves=4,
)  # fmt: skip
TAGS = st.sampled_from(
    [
        "+optional",
        "+nullable",
        "+listType=atomic",
        '+kubebuilder:title="A \\"title\\""',
        "+kubebuilder:example={a: 1, b: {2, 3}}",
        '+kubebuilder:validation:XValidation:rule=`self != "a"`,message=no',
        "+kubebuilder:validation:Enum=a;b;1",
        "+k8s:immutable",
    ]
)
LINES = st.one_of(
    st.sampled_from(
        ["", "  - a list", "TODO: it", "---", "```", "+plus", 'say "no"', '"""', "back\\slash",
         "type: ignore", "ends with a quote\"", "\ttab", "größe", "# hash", "TODOs", "    deep"]
    ),
    st.text(
        st.characters(exclude_categories=("C", "Z"), include_characters=" \u200b"), max_size=20
    ),
)  # fmt: skip
DOCS = st.lists(LINES, max_size=4)

RANDOM_HEAD = (
    HEAD
    + """
class Part(Struct):
    name: str = ""

class Color(OpenEnum):
    RED = "red"

class Closed(StrEnum):
    A = "a"

Count: TypeAlias = int

class SomeTypeWithAVeryLongNameIndeed(Struct):
    x: int = 0
"""
)


@st.composite
def modules(draw: st.DrawFn) -> str:
    def above(margin: str) -> str:
        lines = [f"{margin}# {line}".rstrip(" ") for line in draw(DOCS)]
        tags = [f"{margin}# {tag}" for tag in draw(st.lists(TAGS, max_size=2, unique=True))]
        if margin == "":
            tags = []
        return "".join(f"{line}\n" for line in (*lines, *tags))

    def below(margin: str) -> str:
        lines = draw(DOCS)
        if not lines:
            return ""
        text = repr("\n".join((lines[0], *(margin + line for line in lines[1:]))))
        return f"{margin}{text}\n"

    text = RANDOM_HEAD
    for index in range(draw(st.integers(1, 3))):
        base = draw(st.sampled_from(["Struct", "Object", "Part"]))
        text += f"\n\n{above('')}class Random{index}({base}):\n"
        text += below("    ") or "    pass\n"
        for name in draw(st.lists(NAMES, max_size=5, unique=True)):
            annotation = draw(ANNOTATIONS)
            value = ""
            if "None" in annotation and draw(st.booleans()):
                value = draw(st.sampled_from([" = None", ' = field(default=None, name="Other{}")']))
                value = value.format(f"{name.title()}")
            text += f"\n{above('    ')}    {name}: {annotation}{value}\n{below('    ')}"
    return text


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(modules())
def test_random_modules_come_back(tmp_path_factory, text) -> None:
    root = tmp_path_factory.mktemp("random")
    diagnostics = Diagnostics()
    files = {"api/v1/__init__.py": INIT, "api/v1/types.py": text}
    for path, content in files.items():
        place = root / "written" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode())
    universe = read(root / "written", ["api/v1"], diagnostics)
    package = package_of(universe)
    try:
        printed = printer.package(package, universe.types)
    except printer.Unprintable:
        return  # a few words of documentation fit neither a docstring nor a comment
    again_diagnostics = Diagnostics()
    for path, content in printed.items():
        place = root / "printed" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode())
    again = read(root / "printed", ["api/v1"], again_diagnostics)
    assert placeless(package_of(again)) == placeless(package), printed["api/v1/types.py"]
    assert placeless(again.types) == placeless(universe.types)
    assert formatted(printed["api/v1/types.py"]) == printed["api/v1/types.py"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f() -> None: ...\n", "f has a body"),
        ("class A(Struct):\n    def f(self) -> None: ...\n", "A has methods"),
        (
            "from typing import Generic, TypeVar\nT = TypeVar('T')\n"
            "class A(Struct, Generic[T]):\n    x: T\n",
            "A is generic",
        ),
        ("class A(Struct):\n    x: str = field(default_factory=lambda: f())\n", "default of x"),
    ],
)
def test_what_no_declaration_says_is_refused(tmp_path, text, reason) -> None:
    head = "from kube.runtime import Struct, field\n"
    universe = read_files(tmp_path, {"api/v1/__init__.py": INIT, "api/v1/types.py": head + text})
    with pytest.raises(printer.Unprintable, match=reason):
        printer.package(package_of(universe), universe.types)


def test_printing_is_deterministic() -> None:
    universe = read(ROOT, ["tests/apis/gadgets/v1beta1"], Diagnostics())
    package = package_of(universe)
    shuffled = dict(random.Random(1).sample(sorted(universe.types.items()), len(universe.types)))
    try:
        assert printer.package(package, shuffled) == printer.package(package, universe.types)
    except printer.Unprintable:
        pytest.skip("it has functions")
