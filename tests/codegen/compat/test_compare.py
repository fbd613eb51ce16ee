"""What changes of a CRD are called, and that no change called harmless leaves an object behind."""

from __future__ import annotations

import copy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from codegen.cli import command_line
from codegen.compat import compare

STRING = {"type": "string"}
INTEGER = {"type": "integer", "format": "int64"}


def crd(spec: dict[str, Any] | None = None, **version: Any) -> dict[str, Any]:
    """A CRD of one version, whose spec has this schema."""
    schema = {"type": "object", "properties": {"spec": spec or {"type": "object"}}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "as.example.com"},
        "spec": {
            "group": "example.com",
            "names": {"kind": "A", "listKind": "AList", "plural": "as", "singular": "a"},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                    **version,
                }
            ],
        },
    }


def members(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def said(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    found = compare({"as.example.com": old}, {"as.example.com": new})
    return [f"{c.level.value}: {c.where}: {c.message}" for c in found]


RULE = {"x-kubernetes-validations": [{"rule": "self > 1"}]}
SCHEMAS: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    (
        "a field that goes",
        members(a=STRING),
        members(),
        ["breaking: v1 .spec.a: the field was removed, and is pruned from objects"],
    ),
    ("a field that comes", members(), members(a=STRING), ["safe: v1 .spec.a: the field was added"]),
    (
        "a required field that comes",
        members(),
        {**members(a=STRING), "required": ["a"]},
        ["breaking: v1 .spec.a: the field was added, and is required"],
    ),
    (
        "a required field with a default that comes",
        members(),
        {**members(a={**STRING, "default": "x"}), "required": ["a"]},
        ["safe: v1 .spec.a: the field was added"],
    ),
    (
        "a field that becomes required",
        members(a=STRING),
        {**members(a=STRING), "required": ["a"]},
        ["breaking: v1 .spec.a: the field is now required"],
    ),
    (
        "a field that need not be given any more",
        {**members(a=STRING), "required": ["a"]},
        members(a=STRING),
        ["risky: v1 .spec.a: the field is no longer required: clients may rely on it"],
    ),
    (
        "another type",
        members(a=STRING),
        members(a=INTEGER),
        ["breaking: v1 .spec.a: the type changes from string to integer"],
    ),
    (
        "a wider type",
        members(a=STRING),
        members(a={"x-kubernetes-int-or-string": True}),
        ["risky: v1 .spec.a: the type string becomes integer or string: clients may not expect it"],
    ),
    (
        "a narrower format",
        members(a=INTEGER),
        members(a={"type": "integer", "format": "int32"}),
        ["breaking: v1 .spec.a: the format changes from int64 to int32"],
    ),
    (
        "values of an enum",
        members(a={**STRING, "enum": ["x", "y"]}),
        members(a={**STRING, "enum": ["y", "z"]}),
        [
            'breaking: v1 .spec.a: the value "x" is no longer allowed',
            'risky: v1 .spec.a: the value "z" was added: clients may not know it',
        ],
    ),
    (
        "an enum that comes",
        members(a=STRING),
        members(a={**STRING, "enum": ["x"]}),
        ['breaking: v1 .spec.a: only ["x"] are now allowed'],
    ),
    (
        "bounds",
        members(a={**INTEGER, "maximum": 9, "minimum": 1}, b={**STRING, "maxLength": 5}),
        members(a={**INTEGER, "maximum": 8, "minimum": 0}, b={**STRING, "minLength": 1}),
        [
            "breaking: v1 .spec.a: maximum is tightened from 9 to 8",
            "safe: v1 .spec.a: minimum is loosened from 1 to 0",
            "safe: v1 .spec.b: maxLength 5 was removed",
            "breaking: v1 .spec.b: minLength 1 was added",
        ],
    ),
    (
        "a bound that is excluded",
        members(a={**INTEGER, "maximum": 9}),
        members(a={**INTEGER, "maximum": 9, "exclusiveMaximum": True}),
        ["breaking: v1 .spec.a: maximum itself is no longer allowed"],
    ),
    (
        "another default",
        members(a={**INTEGER, "default": 1}),
        members(a={**INTEGER, "default": 2}),
        [
            "breaking: v1 .spec.a: the default 1 becomes 2: objects without the field "
            "change their meaning"
        ],
    ),
    (
        "a pattern",
        members(a={**STRING, "pattern": "a"}),
        members(a={**STRING, "pattern": "b"}),
        ['breaking: v1 .spec.a: pattern "b" changes from "a"'],
    ),
    (
        "null",
        members(a={**STRING, "nullable": True}),
        members(a=STRING),
        ["breaking: v1 .spec.a: null is no longer allowed"],
    ),
    (
        "rules",
        members(a={**INTEGER, **RULE}),
        members(a={**INTEGER, "x-kubernetes-validations": [{"rule": "self > 2"}]}),
        [
            'breaking: v1 .spec.a: the rule "self > 2" was added',
            'safe: v1 .spec.a: the rule "self > 1" was removed',
        ],
    ),
    (
        "inside of lists and maps",
        members(a={"type": "array", "items": members(b=STRING)}),
        members(a={"type": "array", "items": members()}),
        ["breaking: v1 .spec.a[].b: the field was removed, and is pruned from objects"],
    ),
    (
        "the type of a list",
        members(a={"type": "array", "items": STRING}),
        members(a={"type": "array", "items": STRING, "x-kubernetes-list-type": "set"}),
        ["breaking: v1 .spec.a: the list type changes from atomic to set: duplicates are refused"],
    ),
    (
        "pruning",
        {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        {"type": "object"},
        ["breaking: v1 .spec: fields without a schema are now pruned"],
    ),
    (
        "documentation",
        members(a={**STRING, "description": "An a."}),
        members(a={**STRING, "description": "A b.", "title": "B"}),
        [],
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [case[1:] for case in SCHEMAS], ids=[case[0] for case in SCHEMAS]
)
def test_a_change_of_a_schema_has_its_level_and_its_place(
    old: dict[str, Any], new: dict[str, Any], expected: list[str]
) -> None:
    assert said(crd(old), crd(new)) == expected


def test_a_crd_that_is_gone_breaks_and_a_new_one_does_not() -> None:
    found = list(compare({"as.example.com": crd()}, {"bs.example.com": crd()}))
    assert [(c.name, c.level.value) for c in found] == [
        ("as.example.com", "breaking"),
        ("bs.example.com", "safe"),
    ]


def test_the_scope_and_the_names_hold_all_objects() -> None:
    new = crd()
    new["spec"]["scope"] = "Cluster"
    new["spec"]["names"] = {**new["spec"]["names"], "kind": "B", "shortNames": ["b"]}
    assert said(crd(), new) == [
        "breaking: : the scope changes from Namespaced to Cluster: all objects are lost",
        "breaking: : the kind changes from A to B: all objects are lost",
        "safe: : the short name b was added",
    ]


def test_versions_come_go_and_are_served_no_more() -> None:
    old, new = crd(), crd(served=False, storage=False)
    old["spec"]["versions"].append({**old["spec"]["versions"][0], "name": "v2", "storage": False})
    new["spec"]["versions"].append({**crd()["spec"]["versions"][0], "name": "v3"})
    assert said(old, new) == [
        "breaking: v2: the version was removed: objects may be requested in it",
        "breaking: v1: the version is no longer served",
        "risky: v1: the version is no longer the storage version: stored objects stay as they are",
        "safe: v3: the version was added",
    ]


def test_subresources_and_selectable_fields_are_what_clients_use() -> None:
    old = crd(subresources={"scale": {"a": 1}}, selectableFields=[{"jsonPath": ".spec.a"}])
    assert said(old, crd(subresources={"status": {}})) == [
        "risky: v1: the status subresource was added: updates of the object no longer change "
        "its status",
        "breaking: v1: the scale subresource was removed",
        "breaking: v1: .spec.a is no longer a selectable field",
    ]


# --- against jsonschema -------------------------------------------------------------------------

bounds = st.integers(0, 3)
scalars = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("integer")},
        optional={
            "minimum": bounds,
            "maximum": bounds,
            "exclusiveMinimum": st.booleans(),
            "enum": st.lists(bounds, min_size=1, unique=True),
            "multipleOf": st.integers(1, 3),
        },
    ).filter(lambda s: "exclusiveMinimum" not in s or "minimum" in s),
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={"minLength": bounds, "maxLength": bounds, "pattern": st.sampled_from("ab")},
    ),
)
objects = st.fixed_dictionaries(
    {
        "type": st.just("object"),
        "properties": st.dictionaries(st.sampled_from("xy"), scalars, max_size=2),
    },
    optional={
        "required": st.lists(st.sampled_from("xy"), min_size=1, unique=True),
        "minProperties": bounds,
        "maxProperties": bounds,
    },
).filter(lambda s: set(s.get("required", ())) <= set(s["properties"]))
values = st.dictionaries(
    st.sampled_from("xy"), st.one_of(st.integers(-1, 4), st.text("ab", max_size=4)), max_size=2
)


@settings(max_examples=300, deadline=None)
@given(objects, objects, values)
def test_an_object_left_behind_means_that_the_change_is_called_breaking(
    old: dict[str, Any], new: dict[str, Any], value: dict[str, Any]
) -> None:
    value = {name: v for name, v in value.items() if name in old["properties"]}  # as if pruned
    if Draft4Validator(old).is_valid(value) and not Draft4Validator(new).is_valid(value):
        assert any(line.startswith("breaking") for line in said(crd(old), crd(new)))


@settings(max_examples=50, deadline=None)
@given(objects)
def test_what_has_not_changed_is_not_reported(schema: dict[str, Any]) -> None:
    assert said(crd(schema), crd(copy.deepcopy(schema))) == []


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A git repository whose first commit has one CRD, which then loses a field."""

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(
            ["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True
        )

    (tmp_path / "pyproject.toml").write_text('[tool.codegen.crd]\noutput-dir = "crds"\n')
    crds = tmp_path / "crds"
    crds.mkdir()
    git("init", "-q")
    (crds / "as.yaml").write_text(yaml.safe_dump(crd(members(a=STRING))))
    git("add", ".")
    git("commit", "-qm", "one")
    (crds / "as.yaml").write_text(yaml.safe_dump(crd(members(b=INTEGER))))
    return tmp_path


def run(project: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command_line(), ["compat", *arguments, "--root", str(project)])
    return done.exit_code, done.output


def test_a_revision_is_compared_with_what_is_there(project: Path) -> None:
    code, text = run(project, "HEAD")
    assert code == 1
    assert "HEAD:crds/as.yaml:" in text
    assert "breaking: as.example.com v1 .spec.a: the field was removed" in text
    assert text.endswith("1 breaking, 1 safe\n")


def test_a_change_that_breaks_nothing_ends_with_0(project: Path) -> None:
    (project / "crds/as.yaml").write_text(yaml.safe_dump(crd(members(a=STRING, b=INTEGER))))
    assert run(project, "HEAD:crds/as.yaml", "crds")[0] == 0


def test_the_answer_for_programs_has_levels_and_places(project: Path) -> None:
    code, text = run(project, "HEAD", "crds/as.yaml", "--format", "json")
    answer = yaml.safe_load(text)
    assert code == 1
    assert answer["ok"] is False
    first = answer["changes"][0]
    assert (first["level"], first["crd"], first["where"]) == (
        "breaking",
        "as.example.com",
        "v1 .spec.a",
    )
    assert first["line"] > 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere", "there is no folder, file or git revision nowhere"),
        ("HEAD:nowhere", "there is no manifest below nowhere in HEAD"),
        ("pyproject.toml", "pyproject.toml"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_wrong_usage(
    project: Path, source: str, message: str
) -> None:
    code, text = run(project, source)
    assert code == 2
    assert message in text
    assert "Traceback" not in text


def test_a_crd_of_v1beta1_is_refused_rather_than_found_empty(project: Path) -> None:
    old = {**crd(members(a=STRING)), "apiVersion": "apiextensions.k8s.io/v1beta1"}
    (project / "old.yaml").write_text(yaml.safe_dump(old))
    code, text = run(project, "old.yaml", "crds")
    assert code == 2
    assert "apiextensions.k8s.io/v1beta1: only v1 is compared" in " ".join(text.split())


def test_a_state_without_any_crd_any_more_has_lost_them_all(project: Path) -> None:
    (project / "crds/as.yaml").unlink()
    code, text = run(project, "HEAD", "crds")
    assert (code, text.splitlines()[-1]) == (1, "1 breaking")
    assert "breaking: as.example.com: the CRD " in text
    (project / "crds").rmdir()  # `codegen crd` removes the folder with the last CRD
    assert run(project, "HEAD") == (code, text)
    assert run(project, "HEAD", "crds")[0] == 2


def test_a_crd_that_has_no_versions_any_more_is_compared(project: Path) -> None:
    old = crd(members(a=STRING))
    (project / "old.yaml").write_text(yaml.safe_dump(old))
    new = {**old, "spec": {**old["spec"], "versions": []}}
    (project / "new.yaml").write_text(yaml.safe_dump(new))
    assert run(project, "old.yaml", "new.yaml")[0] == 1
    assert run(project, "new.yaml", "old.yaml")[0] == 0


@pytest.mark.parametrize("scalar", [STRING, INTEGER])
def test_a_string_or_an_integer_may_become_either(project: Path, scalar: dict[str, Any]) -> None:
    either = {
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "x-kubernetes-int-or-string": True,
    }
    (project / "old.yaml").write_text(yaml.safe_dump(crd(members(a=scalar))))
    (project / "new.yaml").write_text(yaml.safe_dump(crd(members(a=either))))
    code, text = run(project, "old.yaml", "new.yaml")
    assert (code, text.splitlines()[-1]) == (0, "1 risky")


def test_the_folder_of_crds_is_read_by_the_rules_of_the_configuration(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.codegen.crd]\noutput-dir = "./crds/"\n')
    assert run(project, "HEAD")[0] == 1
    (project / "pyproject.toml").write_text("[tool.codegen.crd]\noutput-dri = 1\n")
    code, text = run(project, "HEAD")
    assert code == 1
    assert "pyproject.toml:2:1: error: unknown key 'output-dri'" in text
    assert text.endswith("1 error: nothing was compared\n")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ({"a": STRING}, {"a": INTEGER}, "compat-breaking"),
        (
            {"a": STRING},
            {"a": {"anyOf": [INTEGER, STRING], "x-kubernetes-int-or-string": True}},
            "compat-risky",
        ),
        ({}, {"a": STRING}, "compat-safe"),
    ],
)
def test_an_annotation_has_the_code_of_the_changes_level(
    project: Path, old: dict[str, Any], new: dict[str, Any], code: str
) -> None:
    (project / "old.yaml").write_text(yaml.safe_dump(crd(members(**old))))
    (project / "new.yaml").write_text(yaml.safe_dump(crd(members(**new))))
    _, text = run(project, "old.yaml", "new.yaml", "--format", "github")
    assert f"title=codegen {code}::" in text
