"""A schema that equals a class of `kube.api` imports it; a near miss gets its own class."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from codegen.cli import command_line
from codegen.importer import known_types
from codegen.importer.declared import Class, Declarations, Member
from codegen.importer.known_types import Digester, KnownTypes
from codegen.model import LiteralOf, QualifiedName, Scalar

MODULE = '''\
from kube.api.core.v1 import ConfigMapKeySelector, SecretKeySelector, Toleration
from kube.api.meta.v1 import LabelSelector
from kube.runtime import Object, Struct


class AppSpec(Struct):
    selector: LabelSelector
    """Which pods."""

    tolerations: list[Toleration] | None = None
    secret_key_ref: SecretKeySelector | None = None
    config_map_key_ref: ConfigMapKeySelector | None = None


class App(Object):
    spec: AppSpec
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "own/v1").mkdir(parents=True)
    (tmp_path / "own/v1/__init__.py").write_text('# +groupName=example.com\n"""V1."""\n')
    (tmp_path / "own/v1/types.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(command_line(), arguments)
    assert result.exit_code == 0, result.output
    return result


def crd_of_kube_api(project: Path) -> dict[str, Any]:
    """The CRD of a kind with types of `kube.api`."""
    run("crd", "--input", "own/v1")
    path = project / "config/crd/bases/example.com_apps.yaml"
    crd: dict[str, Any] = yaml.safe_load(path.read_text())
    return crd


def spec(crd: dict[str, Any]) -> dict[str, Any]:
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    found: dict[str, Any] = schema["properties"]["spec"]["properties"]
    return found


def imported(project: Path, crd: dict[str, Any], *arguments: str) -> tuple[str, str]:
    """The module and the report."""
    (project / "crd.yaml").write_text(yaml.safe_dump(crd))
    output = run("import", "crd", "crd.yaml", "--notes", *arguments).output
    return (project / "apis/example_com/v1/types.py").read_text(), output


def test_a_schema_that_equals_a_class_of_kube_api_imports_it(project: Path) -> None:
    module, output = imported(project, crd_of_kube_api(project))
    assert "1 equal" in output
    assert "from kube.api.meta.v1 import LabelSelector" in module
    assert "selector: LabelSelector\n" in module
    assert "tolerations: list[Toleration] | None = None" in module


def test_classes_of_one_shape_are_told_apart_by_the_names_of_members(project: Path) -> None:
    crd = crd_of_kube_api(project)
    spec(crd)["authentication"] = spec(crd)["secretKeyRef"]
    module, _ = imported(project, crd)
    assert "    secret_key_ref: SecretKeySelector | None = None" in module
    assert "    config_map_key_ref: ConfigMapKeySelector | None = None" in module
    assert "    authentication: Authentication | None = None" in module


def test_candidates_go_by_the_whole_name_then_by_the_first_word() -> None:
    affinity = [QualifiedName("m", "PodAffinity"), QualifiedName("m", "PodAntiAffinity")]
    assert known_types.called(affinity, "podAffinity") == affinity[0]
    assert known_types.called(affinity, "podAffinities") is None
    assert known_types.called(affinity[:1], "other") == affinity[0]
    assert known_types.called([], "other") is None


def _described(schema: dict[str, Any]) -> None:
    schema["matchLabels"]["description"] = "Other words."


def test_other_descriptions_are_kept_unless_they_are_to_be_ignored(project: Path) -> None:
    crd = crd_of_kube_api(project)
    _described(spec(crd)["selector"]["properties"])
    module, output = imported(project, crd)
    assert "1 equal" in output
    assert "class Selector(Struct):" in module
    assert "App.spec.selector: kube.api.meta.v1.LabelSelector but for descriptions" in output
    module, output = imported(project, crd, "--ignore-descriptions", "--output", "other")
    assert "1 equal but for descriptions" in output
    assert "warning" not in output
    module = (project / "other/example_com/v1/types.py").read_text()
    assert "selector: LabelSelector\n" in module


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda members: members.pop("value"), "only there: value"),
        (lambda members: members.update(more={"type": "string"}), "only here: more"),
        (lambda members: members["key"].update(maxLength=9), "different: key"),
    ],
)
def test_a_near_miss_is_a_class_of_its_own_and_a_note_says_what_differs(
    project: Path, change: Callable[[dict[str, Any]], object], difference: str
) -> None:
    crd = copy.deepcopy(crd_of_kube_api(project))
    change(spec(crd)["tolerations"]["items"]["properties"])
    module, output = imported(project, crd)
    assert "class Toleration(Struct):" in module
    assert "1 equal" in output
    expected = f"App.spec.toleration[]: nearly kube.api.core.v1.Toleration; {difference}"
    assert f"{expected} [near-built-in]" in output


def test_what_is_known_is_kept_in_the_project_and_made_anew_where_that_is_not_true(
    tmp_path: Path,
) -> None:
    first = known_types.load(tmp_path)
    kept = tmp_path / "known-types.json"
    text = kept.read_text()
    for broken in ("", "{}", "[]", text.replace('"key": "', '"key": "0')):
        kept.write_text(broken)
        assert known_types.load(tmp_path).types == first.types
        assert kept.read_text() == text


def test_a_class_of_one_member_equals_others_only_by_chance() -> None:
    declarations = Declarations()
    one = Class((Member("name", Scalar("str")),), ())
    two = Class((Member("name", Scalar("str")), Member("kind", LiteralOf(("A", "B")))), ())
    for number, declared in enumerate((one, two)):
        declarations.use(declared, ("App", str(number)))
    digester = Digester(declarations)
    known = KnownTypes({"kube.One": digester.of(0), "kube.Two": digester.of(1)})
    assert known.equal(digester.of(0)) == []
    assert list(map(str, known.equal(digester.of(1)))) == ["kube.Two"]
