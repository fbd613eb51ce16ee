"""Names followed from module to module, as text."""

from __future__ import annotations

import sys

import pytest

from codegen.model import Named, QualifiedName, Struct

SHARED = """
from kube.runtime import Struct, OpenEnum
class Part(Struct):
    class Origin(Struct):
        place: str = ""
    size: int = 0
class Mode(OpenEnum):
    ON = "on"
LIMIT = 5
"""
INIT = '# +groupName=other.com\n"""Other."""\nfrom .parts import Part, Mode as M\n'


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("from other.v1.parts import Part", "Part"),
        ("from other.v1 import Part", "Part"),
        ("from other.v1 import Part as P", "P"),
        ("import other.v1.parts", "other.v1.parts.Part"),
        ("import other.v1.parts as parts", "parts.Part"),
        ("import other.v1 as v1", "v1.Part"),
        ("import other.v1 as v1", "v1.parts.Part"),
        ("from other import v1", "v1.Part"),
        ("from other.v1 import parts", "parts.Part"),
        ("from other.v1.parts import *", "Part"),
        ("from other.v1 import *", "Part"),
        ("from ...other.v1.parts import Part", "Part"),
        ("from ...other import v1", "v1.Part"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from other.v1 import Part",
            "Part",
        ),
        ("try:\n    from other.v1 import Part\nexcept ImportError:\n    Part = None", "Part"),
        ("from . import near", "near.Part"),
        ("from .near import *", "Part"),
    ],
)
def test_every_form_of_import_leads_to_the_declaration(project, statement, name) -> None:
    reading = project(
        f"from kube.runtime import Struct\n{statement}\n\n\n"
        f"class Thing(Struct):\n    part: {name}\n    origin: {name}.Origin\n",
        "top/api/v1",
        files={
            "top/api/v1/__init__.py": '# +groupName=example.com\n"""An API."""\n',
            "top/api/v1/types.py": f"from kube.runtime import Struct\n{statement}\n\n\n"
            f"class Thing(Struct):\n    part: {name}\n    origin: {name}.Origin\n",
            "top/api/v1/near.py": "from top.other.v1.parts import Part as Part\n",
            "top/other/v1/__init__.py": INIT,
            "top/other/v1/parts.py": SHARED,
            "other/__init__.py": "",
            "other/v1/__init__.py": INIT,
            "other/v1/parts.py": SHARED,
        },
    )
    assert reading.faults == []
    found = reading.field("Thing.part").type
    assert isinstance(found, Named)
    assert found.name.module.endswith("other.v1.parts")
    assert found.name.name == "Part"
    assert isinstance(reading.universe.types[found.name], Struct)
    origin = reading.field("Thing.origin").type
    assert origin == Named(QualifiedName(found.name.module, "Part.Origin"))


def test_a_type_reached_through_an_import_brings_what_it_refers_to(project) -> None:
    reading = project(
        "from kube.runtime import Struct, field\nfrom other.parts import Whole\n"
        "class Thing(Whole):\n    mode: str = ''\n",
        files={
            "other/parts.py": "from kube.runtime import Struct\nfrom .deep import Deep\n"
            "class Whole(Struct):\n    deep: Deep | None = None\n",
            "other/deep.py": "from kube.runtime import Struct\n"
            "class Deep(Struct):\n    x: int = 0\n",
        },
    )
    assert reading.faults == []
    assert QualifiedName("other.deep", "Deep") in reading.universe.types
    assert [f.name for f in reading.struct("Thing").fields] == ["deep", "mode"]


def test_modules_that_import_each_other_are_read(project) -> None:
    reading = project(
        "from kube.runtime import Struct\nfrom .more import B\n"
        "class A(Struct):\n    b: B | None = None\n",
        files={
            "api/v1/more.py": "from kube.runtime import Struct\nfrom .types import A\n"
            "class B(Struct):\n    a: A | None = None\n"
        },
    )
    assert reading.faults == []
    assert [t.name.name for t in reading.package.types] == ["B", "A"]


def test_a_name_that_is_only_imported_in_a_cycle_is_an_error(project) -> None:
    reading = project(
        "from kube.runtime import Struct\nfrom .more import B\nclass A(Struct):\n    b: B\n",
        files={"api/v1/more.py": "from .types import B\n"},
    )
    assert reading.faults == [
        "types.py:4:8 unresolved-name: b: B is imported in a cycle of modules, and declared in "
        "none of them | import it, declare it, or correct its spelling"
    ]


def test_members_and_constants_of_other_modules_have_values(project) -> None:
    reading = project(
        "from kube.runtime import Struct\n"
        "import other.parts as parts\nfrom other.parts import LIMIT\n"
        "class A(Struct):\n    mode: parts.Mode = parts.Mode.ON\n    limit: int = LIMIT\n",
        files={"other/parts.py": SHARED},
    )
    assert reading.faults == []
    values = [f.default and f.default.value for f in reading.struct("A").fields]
    assert values == ["on", 5]


def test_nothing_is_imported_or_run(project) -> None:
    reading = project(
        "raise SystemExit('this module ran')\nfrom kube.runtime import Struct\n"
        "import does.exist.nowhere\nfrom .zz_generated_register import thing\n"
        "class A(Struct):\n    x: int = 0\n"
    )
    assert reading.faults == []
    assert not any(name.startswith("api.") for name in sys.modules)


def test_a_module_that_does_not_parse_is_reported_once_where_it_breaks(project) -> None:
    reading = project(
        "from kube.runtime import Struct\nfrom other.parts import A, B\n"
        "class C(Struct):\n    a: A\n    b: B\n",
        files={"other/parts.py": "class A(:\n"},
    )
    assert [f.partition(" |")[0] for f in reading.faults] == [
        "parts.py:1:9 syntax-error: syntax error: invalid syntax",
    ]


def test_a_name_that_a_package_loads_late_is_found_in_its_stub(project) -> None:
    reading = project(
        "from kube.runtime import Struct\nfrom parts import Part\n\n\n"
        "class Thing(Struct):\n    part: Part\n",
        files={
            "parts/__init__.py": "def __getattr__(name): ...\n",
            "parts/__init__.pyi": "from parts.all import Part as Part\n",
            "parts/all.py": SHARED,
        },
    )
    assert list(reading.diagnostics) == []
    assert reading.struct("Thing").fields[0].type == Named(QualifiedName("parts.all", "Part"))
