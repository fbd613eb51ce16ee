"""The reader against Python itself: what it makes of real API modules is what they are."""

from __future__ import annotations

import contextlib
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics, Severity
from codegen.model import Enum, QualifiedName, Struct
from codegen.source import read

ROOT = Path(__file__).parents[3]
PACKAGES = (
    "apis/clusterprovisioner/v1alpha1",
    "tests/apis/gadgets/internal",
    "tests/apis/gadgets/v1",
    "tests/apis/gadgets/v1beta1",
    "kube/api/meta/v1",
    "kube/api/core/v1",
    "kube/api/apiextensions/v1",
)


@pytest.fixture(scope="module", params=PACKAGES)
def universe(request):
    diagnostics = Diagnostics()
    found = read(ROOT, [request.param], diagnostics)
    assert [d for d in diagnostics if d.severity is not Severity.NOTE] == []
    return found


def runtime(name: QualifiedName) -> type:
    found = attrgetter(name.name)(import_module(name.module))
    assert isinstance(found, type)
    return found


def test_fields_names_and_requiredness_are_as_msgspec_has_them(universe) -> None:
    structs = [t for t in universe.types.values() if isinstance(t, Struct) and not t.generic_of]
    assert structs
    for struct in structs:
        actual = {
            f.name: (f.encode_name, f.required)
            for f in msgspec.structs.fields(runtime(struct.name))
            if not f.name.endswith("_") or f.name in {m.name for m in struct.fields}
        }
        assert {f.name: (f.json_name, f.default is None) for f in struct.fields} == actual


def test_literal_defaults_are_as_python_evaluates_them(universe) -> None:
    for struct in universe.types.values():
        if not isinstance(struct, Struct) or struct.generic_of:
            continue
        actual = {f.name: f for f in msgspec.structs.fields(runtime(struct.name))}
        for member in struct.fields:
            if member.default is not None and member.default.has_value:
                field = actual[member.name]
                made = field.default
                if made is msgspec.NODEFAULT:
                    made = field.default_factory()
                assert member.default.value == made, (struct.name, member.name)


def test_members_of_enums_are_as_python_evaluates_them(universe) -> None:
    for enum in universe.types.values():
        if isinstance(enum, Enum):
            cls = runtime(enum.name)
            actual = [(m.name, m.value) for m in cls]  # type: ignore[attr-defined]
            assert [(m.name, m.value) for m in enum.members] == actual


def test_every_declared_class_is_found(universe) -> None:
    [package] = universe.packages
    for declared in package.types:
        if isinstance(declared, Struct):
            assert declared.name in universe.types
            assert set(declared.methods) <= set(vars(runtime(declared.name)))


def test_the_reference_api_has_the_tags_of_its_go_original() -> None:
    diagnostics = Diagnostics()
    universe = read(ROOT, ["apis/clusterprovisioner/v1alpha1"], diagnostics)
    [package] = universe.packages
    assert (package.group, package.version) == ("clusterprovisioner.rke.io", "v1alpha1")
    assert not package.internal
    tags = {s.name.name: [t.text for t in s.tags] for s in package.structs() if s.tags}
    deep = "+k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object"
    client = ["+genclient", deep]
    flags = ["+genclient:noStatus", "+genclient:nonNamespaced"]
    assert tags == {
        "Cluster": [*client, "+resource:path=cluster", *flags],
        "ClusterList": [deep, "+resource:path=clusters"],
        "Kubeconfig": [*client, "+resource:path=kubeconfig", *flags],
        "KubeconfigList": [deep, "+resource:path=kubeconfigs"],
    }


SOURCES = [
    path.read_text()
    for package in PACKAGES[:4]
    for path in sorted((ROOT / package).glob("*.py"))
    if not path.name.startswith("zz_generated")
]
NOISE = st.sampled_from(
    [
        "(",
        ")",
        "[",
        "]",
        ":",
        "=",
        "\n",
        "    ",
        "# +genclient",
        "| None",
        "class ",
        "Struct",
        '"',
        ",",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SOURCES), st.data())
def test_damaged_modules_get_diagnostics_and_never_an_exception(
    tmp_path_factory, source, data
) -> None:
    lines = source.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(lines) - 1))
        line = lines[index]
        at = data.draw(st.integers(0, len(line)))
        end = data.draw(st.integers(at, min(len(line), at + 6)))
        lines[index] = line[:at] + data.draw(NOISE | st.text(max_size=3)) + line[end:]
    root = tmp_path_factory.mktemp("damaged")
    package = root / "api/v1"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('# +groupName=example.com\n"""An API."""\n')
    with contextlib.suppress(UnicodeEncodeError):  # lone surrogates cannot be saved
        (package / "types.py").write_text("\n".join(lines))
    diagnostics = Diagnostics()
    read(root, ["api/v1"], diagnostics)
    for fault in diagnostics:
        assert fault.position.line >= 1
        assert fault.position.column >= 1
