"""Functions and constants of a package: what defaulters and conversions are made of."""

from __future__ import annotations

import pytest

from codegen.model import Named, Optional, Parameter, QualifiedName, Scalar, Struct

HEAD = "from kube.runtime import Object, OpenEnum, Struct\n"


def named(name: str, module: str = "api.v1.types") -> Named:
    return Named(QualifiedName(module, name))


def test_functions_have_their_parameters_and_results(project) -> None:
    reading = project(
        HEAD
        + "from other.v2 import Far\n"
        + "class A(Object): pass\n"
        + "def set_defaults_a(obj: A) -> None: ...\n"
        + "def convert(src: 'A | None', *rest: int, deep: bool = True) -> Far: ...\n"
        + "async def plain(x, y=3): ...\n",
        files={"other/v2.py": f"{HEAD}class Far(Struct):\n    x: int = 0\n"},
    )
    assert reading.faults == []
    set_defaults, convert, plain = reading.package.functions
    assert set_defaults.name == QualifiedName("api.v1.types", "set_defaults_a")
    assert set_defaults.parameters == (Parameter("obj", named("A"), "A"),)
    assert (set_defaults.result, set_defaults.result_annotation) == (None, "None")
    assert convert.parameters == (
        Parameter("src", Optional(named("A")), "'A | None'"),
        Parameter("deep", Scalar("bool"), "bool", required=False, keyword_only=True),
    )
    assert convert.result == named("Far", "other.v2")
    assert isinstance(reading.universe.types[QualifiedName("other.v2", "Far")], Struct)
    assert plain.is_async
    assert [(p.name, p.type, p.required) for p in plain.parameters] == [
        ("x", None, True),
        ("y", None, False),
    ]


def test_annotations_that_are_not_api_types_are_not_faults(project) -> None:
    reading = project(
        HEAD
        + "import http.client\nfrom collections.abc import Callable\nfrom nowhere import X\n"
        + "class Plain(X): pass\n"
        + "def f(a: Callable[[int], str], b: X, c: Plain, d: Undefined, e: 'list[') -> set: ...\n"
        + "def g(a: http.client.HTTPConnection, *, b: dict) -> 'tuple[int, ...]': ...\n"
        + "class A(Struct):\n    x: int = 0\n    def method(self, a: Plain) -> None: ...\n"
    )
    assert [d.code for d in reading.diagnostics] == ["unresolved-name"]  # the base X alone
    f, g = reading.package.functions
    assert [p.type for p in (*f.parameters, *g.parameters)] == [None] * 7
    assert g.result_annotation == "'tuple[int, ...]'"


def test_aliases_in_annotations_that_are_not_of_an_api_are_not_faults(project) -> None:
    reading = project(
        HEAD
        + "from collections.abc import Awaitable, Callable\n"
        + "Version = Callable[[str], Awaitable[str]]\n"
        + "Name = str\n"
        + "This = That\nThat = This\n"
        + "def f(a: Version, b: Name, c: This) -> Version: ...\n"
        + "class A(Struct):\n    x: int = 0\n"
    )
    assert list(reading.diagnostics) == []
    [f] = reading.package.functions
    assert [p.type is None for p in f.parameters] == [True, False, True]


def test_apply_configurations_in_annotations_are_not_api_types(project) -> None:
    twin = (
        "from kube.runtime.applyconfiguration import ApplyConfiguration, DeferredModule\n"
        "types = DeferredModule('api.v1')\n"
        "class AApplyConfiguration(ApplyConfiguration['types.A']):\n"
        "    metadata: types.Nothing | None = None\n"
    )
    reading = project(
        HEAD
        + "from made.v1 import AApplyConfiguration\n"
        + "class A(Object): pass\n"
        + "def wanted(a: A) -> AApplyConfiguration: ...\n",
        files={"made/v1.py": twin},
    )
    assert reading.faults == []
    (wanted,) = reading.package.functions
    assert (wanted.result, wanted.result_annotation) == (None, "AApplyConfiguration")


def test_functions_alone_do_not_ask_for_anything(project) -> None:
    reading = project("def f(): ...\n", files={"api/v1/__init__.py": '"""An API."""\n'})
    assert reading.codes == ["nothing-asked"]


def test_constants_are_names_whose_values_text_tells(project) -> None:
    reading = project(
        HEAD
        + "from typing import Final, TypeAlias\nimport os\n"
        + "LIMIT = 3\nNAMES: Final = ['a', 'b']\nAGAIN: Final[int] = LIMIT\n"
        + "class Mode(OpenEnum):\n    ON = 'on'\nMODE = Mode.ON\n"
        + "_HIDDEN = 1\nTOO = f()\nHOME = os.environ\nAlias: TypeAlias = int\nOther = Mode\n"
    )
    assert reading.faults == []
    assert {c.name.name: c.value for c in reading.package.constants} == {
        "LIMIT": 3,
        "NAMES": ["a", "b"],
        "AGAIN": 3,
        "MODE": "on",
    }


@pytest.mark.parametrize(
    ("written", "module", "value"),
    [
        ("LIMIT", "api.v1.types", 3),
        ("NEAR", "api.v1.near", 4),
        ("other.parts.FAR", "other.parts", 5),
    ],
)
def test_a_default_by_reference_has_the_constant(project, written, module, value) -> None:
    reading = project(
        f"{HEAD}from typing import TypeAlias\nLIMIT = 3\n"
        f"# +default=ref({written})\nCount: TypeAlias = int\n"
        f"class A(Struct):\n    # +default=ref({written})\n    x: int | None = None\n",
        files={"api/v1/near.py": "NEAR = 4\n", "other/parts.py": "FAR = 5\n"},
    )
    constant = reading.field("A.x").constant
    assert constant is not None
    assert (constant.name.module, constant.value) == (module, value)
    assert reading.type("Count").constant == constant  # type: ignore[union-attr]


def test_a_default_by_reference_to_what_is_not_a_constant_is_an_error(project) -> None:
    reading = project(
        f"{HEAD}class B(Struct): pass\n"
        "class A(Struct):\n    # +default=ref(B)\n    x: int | None = None\n"
    )
    [fault] = [d for d in reading.diagnostics if d.severity.value == "error"]
    assert (fault.code, str(fault.position)) == ("unresolved-name", "api/v1/types.py:4:20")
    assert "B is not a constant" in fault.message
