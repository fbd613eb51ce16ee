"""Schemas of types with references, as OpenAPI documents have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators.schema.schemas import Schemas
from codegen.model import QualifiedName, Struct

MODULE = "shop.v1.types"
PREFIX = "#/components/schemas/com.example.shop.v1."
HEAD = """from __future__ import annotations

from typing import Literal, TypeAlias

from kube.api.meta.v1 import LabelSelector
from kube.runtime import Int32, Object, Struct, field

"""


class Read:
    """The schemas of one module of types."""

    def __init__(self, root: Path, text: str) -> None:
        folder = root / "shop/v1"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("# +groupName=shop.example.com\n")
        (folder / "types.py").write_text(HEAD + text)
        self.diagnostics = Diagnostics()
        self.universe = source.read(root, ["shop/v1"], self.diagnostics)
        self.schemas = Schemas(
            self.universe,
            self.diagnostics,
            allow_dangerous_types=False,
            generate_embedded_object_meta=False,
        )

    def of(self, name: str) -> Mapping[str, Any]:
        schema = self.schemas.named(QualifiedName(MODULE, name))
        assert [str(d.message) for d in self.diagnostics] == []
        return schema


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for inner in schema.values():
            yield from references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from references(inner)


def test_a_use_of_a_type_is_a_reference_with_what_the_use_says_beside_it(tmp_path: Path) -> None:
    read = Read(
        tmp_path,
        """
class Part(Struct):
    \"\"\"Part of it.\"\"\"

    size: int = 0


class Whole(Struct):
    # The first.
    # +nullable
    first: Part
    others: list[Part]
    by_name: dict[str, Part] | None = None
""",
    )
    assert read.of("Whole") == {
        "type": "object",
        "properties": {
            "first": {"$ref": f"{PREFIX}Part", "description": "The first.", "nullable": True},
            "others": {"type": "array", "items": {"$ref": f"{PREFIX}Part"}},
            "byName": {"type": "object", "additionalProperties": {"$ref": f"{PREFIX}Part"}},
        },
        "required": ["first", "others"],
    }


def test_a_type_that_holds_itself_refers_to_itself(tmp_path: Path) -> None:
    read = Read(tmp_path, "\nclass Node(Struct):\n    children: list[Node] | None = None\n")
    items = read.of("Node")["properties"]["children"]["items"]
    assert items == {"$ref": f"{PREFIX}Node"}


def test_defaults_of_types_that_hold_each_other_are_checked_and_the_check_ends(
    tmp_path: Path,
) -> None:
    read = Read(
        tmp_path,
        """
class A(Struct):
    # +kubebuilder:default={}
    b: B | None = None


class B(Struct):
    # +kubebuilder:default={}
    a: A | None = None
""",
    )
    assert read.of("A")["properties"]["b"] == {"$ref": f"{PREFIX}B", "default": {}}
    assert read.of("B")["properties"]["a"] == {"$ref": f"{PREFIX}A", "default": {}}


def test_a_default_is_checked_through_references(tmp_path: Path) -> None:
    read = Read(
        tmp_path,
        """
# +kubebuilder:validation:Maximum=5
Size: TypeAlias = Int32


class Part(Struct):
    size: Size


class Whole(Struct):
    # +kubebuilder:default={parts: {{size: 9}}}
    inner: Inner | None = None


class Inner(Struct):
    parts: list[Part] | None = None
""",
    )
    read.schemas.named(QualifiedName(MODULE, "Whole"))
    (fault,) = read.diagnostics
    assert (
        fault.message == "the default is greater than the maximum 5 (at .size) (at [0]) (at .parts)"
    )


def test_a_name_of_a_scalar_tells_its_type_where_it_is_used(tmp_path: Path) -> None:
    read = Read(
        tmp_path,
        """
# +kubebuilder:validation:Minimum=0
Percent: TypeAlias = Int32
Share: TypeAlias = Percent


class Whole(Struct):
    share: Share
""",
    )
    assert read.of("Whole")["properties"]["share"] == {
        "$ref": f"{PREFIX}Share",
        "type": "integer",
        "format": "int32",
    }
    assert read.schemas.referred({"$ref": f"{PREFIX}Share"})["minimum"] == 0


UNION = """
class Circle(Struct):
    type: Literal["Circle"]
    radius: int


class Square(Struct):
    type: Literal["Square"]
    side: int


class Whole(Struct):
    # +kubebuilder:default={type: Square, side: %s}
    shape: Circle | Square | None = None
"""


def test_a_union_is_one_of_its_members_told_apart_by_type(tmp_path: Path) -> None:
    shape = Read(tmp_path, UNION % "1").of("Whole")["properties"]["shape"]
    assert shape == {
        "type": "object",
        "oneOf": [{"$ref": f"{PREFIX}Circle"}, {"$ref": f"{PREFIX}Square"}],
        "discriminator": {"propertyName": "type"},
        "default": {"type": "Square", "side": 1},
    }


def test_a_default_of_a_union_is_one_of_the_member_that_its_type_names(tmp_path: Path) -> None:
    read = Read(tmp_path, UNION % "true")
    read.schemas.named(QualifiedName(MODULE, "Whole"))
    (fault,) = read.diagnostics
    assert fault.message == "the default is a boolean, not integer (at .side)"


@pytest.mark.parametrize("package", ["apis/clusterprovisioner/v1alpha1", "kube/api/meta/v1"])
def test_every_reference_of_an_api_leads_to_a_type(package: str) -> None:
    root = Path(__file__).parents[3]
    diagnostics = Diagnostics()
    universe = source.read(root, [package], diagnostics)
    schemas = Schemas(
        universe, diagnostics, allow_dangerous_types=True, generate_embedded_object_meta=False
    )
    found = [
        reference
        for name, declared in universe.types.items()
        if isinstance(declared, Struct) and not declared.parameters
        for reference in references(schemas.named(name))
    ]
    assert found
    assert all(schemas.name_of(reference) in universe.types for reference in found)
    names = [schemas.name_of(reference) for reference in set(found)]
    assert len(names) == len(set(names))
