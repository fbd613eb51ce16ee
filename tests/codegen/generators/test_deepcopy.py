"""Generated deep copies: equal, of the same classes, and sharing nothing mutable.

The types are random too: a package is written, read, generated for and imported for each example,
and its copies are held against the reflective ones of a twin package without generated code.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.deepcopy.generate import generate
from codegen.source import read
from kube.api.meta.v1 import ObjectMeta, OwnerReference
from kube.runtime import Struct
from kube.runtime.deepcopy import _copiers, reflective_copy

# --- random types ---------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "i", "k", "source", "type", "continue_", "copy_value"])


@dataclass(frozen=True)
class Shape:
    """A type as an annotation has it, and how to make a value of it."""

    text: str
    values: Callable[[ModuleType], st.SearchStrategy[Any]]


@dataclass(frozen=True)
class Class:
    name: str
    base: str
    fields: tuple[tuple[str, Shape], ...]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)
SCALARS = [
    Shape("str", lambda _: st.text(max_size=2)),
    Shape("int", lambda _: st.integers(-5, 5)),
    Shape("bytes", lambda _: st.binary(max_size=2)),
    Shape("Any", lambda _: json_values),
    Shape("Colour", lambda module: st.sampled_from(list(module.Colour))),
    Shape('Literal["x", "y"]', lambda _: st.sampled_from(["x", "y"])),
    Shape("str | list[int]", lambda _: st.text(max_size=2) | st.lists(st.integers(-5, 5))),
]


def list_of(inner: Shape) -> Shape:
    return Shape(f"list[{inner.text}]", lambda m: st.lists(inner.values(m), max_size=2))


def dict_of(inner: Shape) -> Shape:
    keys = st.text(max_size=2)
    return Shape(
        f"dict[str, {inner.text}]", lambda m: st.dictionaries(keys, inner.values(m), max_size=2)
    )


def optional(inner: Shape) -> Shape:
    if inner.text == "Any":
        return inner
    return Shape(f"{inner.text} | None", lambda m: st.none() | inner.values(m))


def instance_of(classes: list[Class], name: str) -> Shape:
    """An instance of a class or, as a field may hold, of a class that derives from it."""

    def values(module: ModuleType) -> st.SearchStrategy[Any]:
        heirs = {name}
        for cls in classes:
            if cls.base in heirs:
                heirs.add(cls.name)
        return st.sampled_from(sorted(heirs)).flatmap(lambda heir: instances(module, classes, heir))

    return Shape(name, values)


def fields_of(classes: list[Class], name: str) -> dict[str, Shape]:
    by_name = {cls.name: cls for cls in classes}
    if name not in by_name:
        return {}
    return fields_of(classes, by_name[name].base) | dict(by_name[name].fields)


def instances(module: ModuleType, classes: list[Class], name: str) -> st.SearchStrategy[Any]:
    made = {field: shape.values(module) for field, shape in fields_of(classes, name).items()}
    return st.builds(getattr(module, name), **made)


@st.composite
def packages(draw: st.DrawFn) -> list[Class]:
    classes: list[Class] = []
    for number in range(draw(st.integers(1, 4))):
        known = [instance_of(classes, cls.name) for cls in classes]
        shapes = st.recursive(
            st.sampled_from([*SCALARS, *known]),
            lambda inner: inner.map(list_of) | inner.map(dict_of) | inner.map(optional),
            max_leaves=3,
        )
        base = draw(st.sampled_from(["Struct", *(cls.name for cls in classes)]))
        inherited = fields_of(classes, base)
        fields = draw(st.dictionaries(NAMES, shapes, max_size=4))
        own = tuple((name, shape) for name, shape in fields.items() if name not in inherited)
        classes.append(Class(f"Class{number}", base, own))
    return classes


def source_of(classes: list[Class]) -> str:
    lines = [
        "from __future__ import annotations",
        "from typing import Any, Literal",
        "from kube.runtime import OpenEnum, Struct, field",
        "class Colour(OpenEnum):",
        '    RED = "Red"',
        '    BLUE = "Blue"',
    ]
    for cls in classes:
        lines.append(f"class {cls.name}({cls.base}):")
        for name, shape in cls.fields:
            lines.append(f"    {name}: {shape.text} = field(name={name!r})")
        lines.append("    pass")
    return "\n".join(lines) + "\n"


# --- packages on disk -----------------------------------------------------------------------------

_numbers = itertools.count()


@contextmanager
def imported(classes: list[Class]) -> Iterator[tuple[ModuleType, ModuleType]]:
    """The types with generated copiers, and the same without."""
    root = Path(tempfile.mkdtemp())
    top = f"fuzzed_{next(_numbers)}"
    sys.path.insert(0, str(root))
    try:
        for package in (f"{top}/v1", f"{top}/v2"):
            (root / package).mkdir(parents=True)
            (root / package / "__init__.py").write_text('# +k8s:deepcopy-gen=package\n"""API."""\n')
            (root / package / "types.py").write_text(source_of(classes))
        diagnostics = Diagnostics()
        universe = read(root, [f"{top}/v1"], diagnostics)
        assert not list(diagnostics), list(diagnostics)
        for artifact in generate(Context(universe, Settings(), diagnostics)):
            (root / artifact.path).write_text(artifact.text)
        invalidate_caches()
        yield import_module(f"{top}.v1.types"), import_module(f"{top}.v2.types")
    finally:
        sys.path.remove(str(root))
        shutil.rmtree(root)
        for name in [name for name in sys.modules if name.partition(".")[0] == top]:
            del sys.modules[name]


# --- what a deep copy is --------------------------------------------------------------------------


def mutable_parts(value: Any) -> set[int]:
    """The identities of everything within a value that could be changed in place."""
    if isinstance(value, Struct):
        parts = [getattr(value, name) for name in value.__struct_fields__]
    elif isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    else:
        return set()
    return {id(value)}.union(*map(mutable_parts, parts))


def anatomy(value: Any) -> Any:
    """A value with its classes by name, so that those of two packages compare."""
    if isinstance(value, Struct):
        names = value.__struct_fields__
        return type(value).__name__, {name: anatomy(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return "dict", {key: anatomy(item) for key, item in value.items()}
    if isinstance(value, list):
        return "list", [anatomy(item) for item in value]
    return type(value).__name__, value


def twin(value: Any, module: ModuleType) -> Any:
    """The same value, of another package's classes."""
    if isinstance(value, Struct):
        names = [name for name in value.__struct_fields__ if name != "unknown_members_"]
        members = {name: twin(getattr(value, name), module) for name in names}
        return getattr(module, type(value).__name__)(**members)
    if isinstance(value, dict):
        return {key: twin(item, module) for key, item in value.items()}
    if isinstance(value, list):
        return [twin(item, module) for item in value]
    return value


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_generated_copies_are_equal_and_apart_whichever_class_is_copied_first(
    data: st.DataObject,
) -> None:
    classes = data.draw(packages())
    with imported(classes) as (module, plain):
        order = data.draw(st.permutations([cls.name for cls in classes]))
        for name in order:
            value = data.draw(instances(module, classes, name))
            copied = value.deep_copy()
            assert copied == value
            assert anatomy(copied) == anatomy(value)
            assert not mutable_parts(copied) & mutable_parts(value)
            other = twin(value, plain)
            assert anatomy(reflective_copy(other)) == anatomy(copied)
            assert _copiers[type(value)].__module__.endswith(".v1.zz_generated_deepcopy")
            other.deep_copy()
            assert _copiers[type(other)] is reflective_copy


# --- what random types do not reach ---------------------------------------------------------------


def test_a_hand_written_copy_is_the_one_that_counts(projects: Path) -> None:
    types = import_module("heirs.v1.types")
    by_hand, heir = types.ByHand(names=["a"]), types.HeirOfByHand(names=["a"], more=["b"])
    chosen = types.Chosen(by_hand=by_hand, heirs=[heir]).deep_copy_selector()
    assert chosen.by_hand.names == ["by hand"]
    assert chosen.heirs[0].names == ["by hand"]


def test_a_type_that_the_tags_leave_out_is_copied_all_the_same(projects: Path) -> None:
    types = import_module("heirs.v1.types")
    chosen = types.Chosen(left_out=types.LeftOut(names=["a"]))
    copied = chosen.deep_copy()
    assert copied == chosen
    assert not mutable_parts(copied) & mutable_parts(chosen)
    assert _copiers[types.LeftOut] is reflective_copy


def test_a_generic_class_is_copied_whatever_it_is_bound_to(projects: Path) -> None:
    types = import_module("generics.v1.types")
    page = types.Page(first=types.Words(first="a", more=["b"]), rest=[["c"]], names=[])
    spec = types.BookSpec(words=types.Words(first="a"), numbers=types.Page(first=1), pages=[page])
    copied = spec.deep_copy()
    assert copied == spec
    assert not mutable_parts(copied) & mutable_parts(spec)


def test_metadata_shares_raw_fields_and_nothing_else() -> None:
    owners = [OwnerReference(api_version="v1", kind="A", name="a", uid="1")]
    meta = ObjectMeta(labels={}, finalizers=[], owner_references=owners)
    copied = meta.deep_copy()
    assert copied == meta
    assert not mutable_parts(copied) & mutable_parts(meta)


def test_an_instance_of_a_subclass_in_a_field_keeps_its_class_and_its_lists(projects: Path) -> None:
    types = import_module("heirs.v1.types")
    child = types.Child(names=["a"], more=["b"])
    grandchild = types.Grandchild(base=child)
    for first in (grandchild, child):
        first.deep_copy()
    copied = grandchild.deep_copy()
    assert type(copied.base) is types.Child
    assert copied == grandchild
    assert copied.base.more is not child.more


def test_free_form_json_keeps_its_types(projects: Path) -> None:
    types = import_module("shapes.v1.types")
    raw = msgspec.Raw(b"[1]")
    free = types.Free(anything={"leaf": types.Leaf(name="a"), "raw": raw}, document=[{}])
    copied = free.deep_copy()
    assert copied == free
    assert type(copied.anything["leaf"]) is types.Leaf
    assert copied.anything["raw"] is raw
    assert copied.document[0] is not free.document[0]
