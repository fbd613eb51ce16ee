"""Bad input gets a diagnostic that says where and what to do; and what makes a package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics
from codegen.files import digest
from codegen.source import read

INIT = '# +groupName=example.com\n"""An API."""\n'
TYPES = "from kube.runtime import Struct\nclass A(Struct):\n    x: int = 0\n"


def read_bytes(root: Path, types: bytes, init: bytes = INIT.encode()) -> tuple[Diagnostics, object]:
    package = root / "api/v1"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_bytes(init)
    (package / "types.py").write_bytes(types)
    diagnostics = Diagnostics()
    return diagnostics, read(root, ["api/v1"], diagnostics)


@pytest.mark.parametrize(
    "types",
    [
        TYPES.encode(),
        b"\xef\xbb\xbf" + TYPES.encode(),
        TYPES.replace("\n", "\r\n").encode(),
        TYPES.replace("\n", "\r").encode(),
        TYPES.replace("    ", "\t").encode(),
        b"# -*- coding: utf-8 -*-\n" + TYPES.encode(),
        TYPES.rstrip().encode(),
        b"\x0c\n" + TYPES.encode(),
    ],
    ids=["plain", "BOM", "CRLF", "CR", "tabs", "cookie", "no newline at the end", "form feed"],
)
def test_text_is_read_however_it_was_saved(tmp_path, types) -> None:
    diagnostics, universe = read_bytes(tmp_path, types)
    assert list(diagnostics) == []
    assert [t.name.name for t in universe.packages[0].types] == ["A"]


def test_crlf_does_not_end_up_in_tags(tmp_path) -> None:
    _, universe = read_bytes(tmp_path, b"", b'# +groupName=example.com\r\n"""Two\r\nlines."""\r\n')
    assert universe.packages[0].group == "example.com"
    assert universe.packages[0].doc == "Two\nlines."


# Python 3.12 parses them, so there the fault is ours, and stands at the parameter itself.
NEW_GENERICS = "1:10" if sys.version_info >= (3, 12) else "1:8"


@pytest.mark.parametrize(
    ("types", "position", "code", "message"),
    [
        (b"class A:\n    x: int = \n", "2:14", "syntax-error", "syntax error: invalid syntax"),
        (b"class A(\n", "1:8", "syntax-error", "'(' was never closed"),
        (b"if True:\n\tx = 1\n        y = 2\n", "3:1", "syntax-error", "tabs and spaces"),
        (b"x = 'caf\xe9'\n", "1:9", "bad-encoding", "byte 0xe9 is not UTF-8"),
        ("é = 1\ny = 'é".encode() + b"\xff'\n", "2:7", "bad-encoding", "byte 0xff is not UTF-8"),
        (b"x = 1\x00\n", "1:1", "syntax-error", "null bytes"),
        (b"type X = int\n", "1:1", "syntax-error", "Type statement"),
        (b"class A[T]: pass\n", NEW_GENERICS, "syntax-error", ""),
    ],
)
def test_a_file_that_cannot_be_parsed_is_a_diagnostic(
    tmp_path, types, position, code, message
) -> None:
    diagnostics, _ = read_bytes(tmp_path, types)
    [fault] = diagnostics
    assert fault.code == code
    assert fault.hint
    if message != "Type statement":
        assert message in fault.message
        assert str(fault.position) == f"api/v1/types.py:{position}"


def test_the_newer_spellings_of_aliases_and_generics_get_the_one_that_works(tmp_path) -> None:
    alias, _ = read_bytes(tmp_path, b"type X = int\n")
    generic, _ = read_bytes(tmp_path, b"class Page[T]: pass\n")
    assert [d.hint for d in alias] == [
        "write `X: TypeAlias = …`, which every supported Python understands"
    ]
    assert [d.hint for d in generic] == [
        "write `class Page(Struct, Generic[T])` with `T = TypeVar('T')`"
    ]


def test_columns_count_characters(tmp_path) -> None:
    diagnostics, _ = read_bytes(
        tmp_path,
        "from kube.runtime import Struct\nclass A(Struct):\n    größe: Größ = 'ä'\n".encode(),
    )
    assert [str(d.position) for d in diagnostics] == ["api/v1/types.py:3:12"]


def test_an_unreadable_file_is_a_diagnostic(tmp_path) -> None:
    read_bytes(tmp_path, b"")
    (tmp_path / "api/v1/gone.py").symlink_to(tmp_path / "nowhere.py")
    diagnostics = Diagnostics()
    read(tmp_path, ["api/v1"], diagnostics)
    assert [(d.code, d.position.path) for d in diagnostics] == [
        ("unreadable-file", "api/v1/gone.py")
    ]


def test_an_empty_package_is_no_fault_but_told_that_it_asks_for_nothing(tmp_path) -> None:
    diagnostics, universe = read_bytes(tmp_path, b"", b"")
    assert not diagnostics.failed
    assert [d.code for d in diagnostics] == ["nothing-asked"]
    assert (universe.packages[0].group, universe.packages[0].types) == (None, ())


# --- packages ---------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_gets_its_neighbour_as_a_hint(tmp_path) -> None:
    read_bytes(tmp_path, b"")
    diagnostics = Diagnostics()
    universe = read(tmp_path, ["api/v2", "nowhere/at/all", "api"], diagnostics)
    assert universe.packages == ()
    assert [(str(d.position), d.code, d.hint) for d in diagnostics] == [
        (
            "api:1:1",
            "no-package",
            "add api/__init__.py with the package's tags above its docstring",
        ),
        ("api/v2:1:1", "no-package", "did you mean api/v1?"),
        (
            "nowhere/at/all:1:1",
            "no-package",
            "name a folder below the project's root that holds one version of an API",
        ),
    ]


@pytest.mark.parametrize("spelling", ["api/v1", "api.v1", "api/v1/", "./api/v1"])
def test_a_package_may_be_named_in_several_ways(tmp_path, spelling) -> None:
    read_bytes(tmp_path, TYPES.encode())
    diagnostics = Diagnostics()
    universe = read(tmp_path, [spelling], diagnostics)
    assert list(diagnostics) == []
    [package] = universe.packages
    assert (package.module, package.path, package.version) == ("api.v1", "api/v1", "v1")
    assert package.files == ("api/v1/__init__.py", "api/v1/types.py")


def test_a_package_named_twice_is_read_once(tmp_path) -> None:
    read_bytes(tmp_path, TYPES.encode())
    diagnostics = Diagnostics()
    assert len(read(tmp_path, ["api/v1", "./api/v1/", "api.v1"], diagnostics).packages) == 1
    assert list(diagnostics) == []


def test_a_folder_that_python_cannot_import_is_an_error(tmp_path) -> None:
    diagnostics = Diagnostics()
    for folder in ("my-api/v1", "import/v1"):
        (tmp_path / folder).mkdir(parents=True)
        read(tmp_path, [folder], diagnostics)
    assert [d.message for d in diagnostics] == [
        "Python cannot import import/v1",
        "Python cannot import my-api/v1",
    ]


def test_a_source_layout_keeps_src_out_of_the_modules_names(tmp_path) -> None:
    package = tmp_path / "src/api/v1"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(INIT)
    (package / "more.py").write_text(TYPES)
    (package / "types.py").write_text("from api.v1.more import A\nclass B(A): pass\n")
    diagnostics = Diagnostics()
    universe = read(tmp_path, ["src/api/v1"], diagnostics)
    assert list(diagnostics) == []
    [found] = universe.packages
    assert (found.module, found.path) == ("api.v1", "src/api/v1")
    assert {t.name.module for t in found.types} == {"api.v1.more", "api.v1.types"}


@pytest.mark.parametrize(
    ("folder", "internal"),
    [
        ("v1", False),
        ("v2beta1", False),
        ("v10alpha12", False),
        ("internal", True),
        ("v1gamma1", True),
        ("v0", True),
        ("v1beta", True),
    ],
)
def test_a_folder_whose_name_is_no_version_is_internal(tmp_path, folder, internal) -> None:
    package = tmp_path / "api" / folder
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(INIT)
    universe = read(tmp_path, [f"api/{folder}"], Diagnostics())
    assert universe.packages[0].internal is internal


def test_generated_modules_are_not_read(tmp_path) -> None:
    read_bytes(tmp_path, TYPES.encode())
    (tmp_path / "api/v1/zz_generated_deepcopy.py").write_text("this is not Python")
    diagnostics = Diagnostics()
    universe = read(tmp_path, ["api/v1"], diagnostics)
    assert list(diagnostics) == []
    assert "api/v1/zz_generated_deepcopy.py" not in universe.inputs


# --- the stamp --------------------------------------------------------------------------------


def test_inputs_have_every_file_that_was_read_with_its_hash(project, tmp_path) -> None:
    reading = project(
        "from kube.runtime import Struct\nfrom other.parts import A\nclass B(Struct):\n    a: A\n",
        files={"other/parts.py": TYPES},
    )
    inputs = reading.universe.inputs
    own = [path for path in inputs if not path.startswith("/")]
    assert own == ["api/v1/__init__.py", "api/v1/types.py", "other/parts.py"]
    assert all(inputs[path] == digest((tmp_path / path).read_bytes()) for path in own)


def test_two_runs_give_one_answer(project) -> None:
    text = TYPES + "class C(Struct):\n    a: A | None = None\n"
    assert project(text).universe == project(text).universe
