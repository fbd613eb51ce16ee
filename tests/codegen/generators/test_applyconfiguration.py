"""Generated apply configurations: which types have one, and how they hang together."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kube.runtime import Struct, codec, from_tree
from kube.runtime.applyconfiguration import UNSET, ApplyConfiguration, Configuration
from kube.runtime.topology import structure

GOLDEN = Path(__file__).parent / "golden"
SHAPES = GOLDEN / "applyconfigurations_of_every_shape" / "expected"
MISSING = GOLDEN / "applyconfigurations_of_a_part_without_one" / "expected"


@pytest.fixture
def v1(projects: Path) -> ModuleType:
    return import_module("applied.applyconfiguration.applied.v1")


@pytest.fixture
def types(projects: Path) -> ModuleType:
    return import_module("applied.v1.types")


def twins(module: ModuleType) -> set[str]:
    return {
        name.removesuffix("ApplyConfiguration")
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Configuration)
        and value.__module__ == module.__name__
    }


def test_kinds_that_can_be_applied_and_what_they_reach_have_a_twin(v1: ModuleType) -> None:
    made = twins(v1)
    assert made >= {"Everything", "EverythingSpec", "StatusOnly", "NoVerbs", "Part", "AskedFor"}
    assert made.isdisjoint(
        {"ReadOnly", "OfReadOnly", "Skipping", "WithMethod", "SwitchedOff", "NoClient"}
    )
    assert twins(import_module("applied.applyconfiguration.parts.v1")) == {"Paint"}


def test_a_kind_that_applies_its_status_alone_has_no_apply(v1: ModuleType) -> None:
    assert issubclass(v1.StatusOnlyApplyConfiguration, ApplyConfiguration)
    module = "applied.clientset.versioned.typed.applied.v1.status_only"
    client = import_module(module).StatusOnlyClient
    assert hasattr(client, "apply_status")
    assert not hasattr(client, "apply")
    taken = import_module("applied.clientset.versioned.typed.applied.v1.with_method")
    assert hasattr(taken.WithMethodClient, "apply_part")


def test_types_that_contain_each_other_and_themselves_decode(v1: ModuleType) -> None:
    wall = {"name": "a", "inner": [{"name": "b"}], "room": {"walls": [{"name": "c"}]}}
    made = codec.from_builtins(wall, v1.WallApplyConfiguration)
    assert made.room.walls[0].name == "c"
    assert codec.to_builtins(made) == wall
    room = structure(v1.RoomApplyConfiguration).get("properties")
    assert room["walls"]["x-kubernetes-list-map-keys"] == ["name", "protocol"]
    items = room["walls"]["items"].get("properties")
    assert items["protocol"]["default"] == "TCP"
    assert items["tags"]["x-kubernetes-list-type"] == "set"
    assert items["room"].get("properties")["walls"]["x-kubernetes-list-type"] == "map"


def test_a_part_of_another_package_is_found_there(v1: ModuleType) -> None:
    spec = {"size": {"width": 3}, "paints": [{"colour": "Red"}], "paint": {"colour": "Red"}}
    made = codec.from_builtins(spec, v1.EverythingSpecApplyConfiguration)
    assert type(made.size).__module__ == "applied.foreign.ac.v1"
    assert type(made.paint).__module__ == "applied.applyconfiguration.parts.v1"
    assert codec.to_builtins(made) == spec


def test_a_part_without_a_configuration_is_an_error_that_names_the_option() -> None:
    report = (MISSING / "diagnostics.txt").read_text()
    assert report.count("[missing-apply-configuration]") == 2
    assert "missing.other.v1.Size, which Spec.sizes is made of, has no apply" in report
    assert "missing.other.v1.Scale, which ApplyScale applies, has no apply" in report
    assert report.count('external-applyconfigurations = { "missing.other.v1.S') == 2


def test_inlining_is_inheritance_and_every_field_is_optional(v1: ModuleType) -> None:
    assert v1.EverythingSpecApplyConfiguration.__mro__[1:5] == (
        v1.InheritedApplyConfiguration,
        v1.WallApplyConfiguration,
        v1.BaseApplyConfiguration,
        Configuration,
    )
    assert codec.to_builtins(v1.EverythingSpecApplyConfiguration()) == {}
    assert "ZZZ_gone" not in v1.EverythingSpecApplyConfiguration.__struct_fields__


def test_a_field_that_may_be_null_can_be_set_to_null(v1: ModuleType) -> None:
    spec = v1.EverythingSpecApplyConfiguration(nullable=None)
    assert codec.to_builtins(spec) == {"nullable": None}
    assert v1.EverythingSpecApplyConfiguration().nullable is UNSET
    assert codec.from_builtins({"nullable": None}, type(spec)) == spec


def test_a_member_of_a_union_keeps_its_tag(v1: ModuleType) -> None:
    spec = {"source": {"type": "url", "URL": "x"}, "podIPs": ["1"]}
    made = codec.from_builtins(spec, v1.EverythingSpecApplyConfiguration)
    assert isinstance(made.source, v1.UrlApplyConfiguration)
    assert codec.to_builtins(made) == spec


def test_a_member_named_like_a_builtin_does_not_hide_it(v1: ModuleType) -> None:
    shadows = {"int": 3, "list": ["a"], "str": {"a": 1}, "metaV1Name": "x"}
    made = codec.from_builtins(shadows, v1.ShadowsApplyConfiguration)
    assert codec.to_builtins(made) == shadows


def test_how_fields_merge_is_what_the_tags_say(v1: ModuleType) -> None:
    properties = structure(v1.EverythingSpecApplyConfiguration).get("properties")

    def kinds(name: str) -> tuple[Any, Any]:
        schema = properties[name]
        return schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-map-type")

    assert kinds("names") == ("set", None)  # by the alias
    assert kinds("letters") == (None, None)
    assert properties["sets"]["additionalProperties"]["x-kubernetes-list-type"] == "set"
    assert kinds("labels") == kinds("atOnce") == kinds("whole") == (None, "atomic")
    assert properties["wholes"]["items"].get("x-kubernetes-map-type") == "atomic"
    assert kinds("selector") == (None, "atomic")


def test_every_twin_decodes_what_its_class_encodes(v1: ModuleType, types: ModuleType) -> None:
    wall = types.Wall(name="a", tags=["x"])
    spec = types.EverythingSpec(
        name="n", text="t", room=types.Room(walls=[wall], by_name={"a": wall}), when=None
    )
    tree = codec.to_builtins(types.Everything(spec=spec))
    made = from_tree(tree, v1.EverythingApplyConfiguration)
    assert codec.to_builtins(made)["spec"] == tree["spec"]


def test_importing_twins_imports_no_other_version_and_no_api(projects: Path) -> None:
    code = (
        "import sys, applied.applyconfiguration.applied.v1 as v1\n"
        "others = ('applied.v', 'applied.p', 'kube.a')\n"
        "print([m for m in sys.modules if m.startswith(others)])\n"
        "v1.everything('a', 'b')\n"
        "print('kube.applyconfiguration.meta.v1' in sys.modules)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=projects,
        env={"PYTHONPATH": f"{projects}:{root}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_a_module_has_nothing_but_names_that_its_text_declares() -> None:
    tree = ast.parse((SHAPES / "applied/applyconfiguration/applied/v1.py").read_text())
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert len(classes) == len(set(classes))
    assert "PageWallApplyConfiguration" in classes
    assert "OuterInnerApplyConfiguration" in classes
    assert issubclass(Configuration, Struct)
