"""The keys of `[tool.codegen.crd]` and `[tool.codegen.rbac]`, and the options of the same names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from codegen.cli import command_line
from codegen.generators.schema.known import OPAQUE
from codegen.source import known

TYPES = '''
from kube.runtime import Object, Struct


class Spec(Struct):
    """A spec. And more."""

    ratio: float


# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get
class Widget(Object):
    """A widget."""

    spec: Spec
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "api/v1"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('# +groupName=settings.example.com\n"""Version 1."""\n')
    (package / "types.py").write_text(TYPES)
    return tmp_path


def run(project: Path, *arguments: str, settings: str = "") -> tuple[int, str]:
    text = f'[tool.codegen]\ninput = ["api/v1"]\n{settings}'
    (project / "pyproject.toml").write_text(text)
    done = CliRunner().invoke(command_line(), [*arguments, "--root", str(project)])
    return done.exit_code, done.output


def test_options_of_the_command_line_and_keys_of_the_file_mean_the_same(project: Path) -> None:
    path = project / "crds/settings.example.com_widgets.yaml"
    flags = ("--allow-dangerous-types", "--max-desc-len", "8", "--output-dir", "crds")
    assert run(project, "crd", *flags)[0] == 0
    by_flags = path.read_text()
    path.unlink()
    keys = '[tool.codegen.crd]\nallow-dangerous-types = true\nmax-desc-len = 8\noutput-dir = "crds"'
    assert run(project, "crd", settings=keys)[0] == 0
    assert path.read_text() == by_flags
    schema = yaml.safe_load(by_flags)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert schema["properties"]["spec"]["description"] == "A spec."


def test_the_role_has_the_name_that_is_asked_for(project: Path) -> None:
    assert run(project, "rbac", "--role-name", "operator")[0] == 0
    role = yaml.safe_load((project / "config/rbac/role.yaml").read_text())
    assert role["metadata"]["name"] == "operator"


def test_rules_without_a_namespace_make_a_role_in_the_namespace_that_is_asked_for(
    project: Path,
) -> None:
    markers = (
        "# +kubebuilder:rbac:groups=apps,namespace=other,resources=deployments,verbs=list\n"
        "# +kubebuilder:rbac:urls=/metrics,verbs=get\n"
    )
    types = project / "api/v1/types.py"
    types.write_text(types.read_text().replace("class Widget", f"{markers}class Widget"))
    assert run(project, "rbac", settings='rbac.namespace = "bakery"')[0] == 0
    text = (project / "config/rbac/role.yaml").read_text()
    roles = {
        (role["kind"], role["metadata"].get("namespace")): role["rules"][0]["verbs"]
        for role in yaml.safe_load_all(text)
    }
    assert roles == {
        ("ClusterRole", None): ["get"],
        ("Role", "bakery"): ["get"],
        ("Role", "other"): ["list"],
    }


@pytest.mark.parametrize(
    ("settings", "kind"),
    [("", "ClusterRole"), ('\nrbac.namespace = "bakery"', "Role")],
)
def test_a_role_is_written_without_any_marker_where_a_kustomization_needs_the_file(
    project: Path, settings: str, kind: str
) -> None:
    path = project / "config/rbac/role.yaml"
    types = project / "api/v1/types.py"
    text = types.read_text()
    types.write_text("\n".join(line for line in text.splitlines() if "rbac" not in line))
    keys = f"crd.allow-dangerous-types = true\nrbac.keep-empty = true{settings}"
    assert run(project, "generate", settings=keys)[0] == 0
    role = yaml.safe_load(path.read_text())
    assert (role["kind"], role["metadata"]["name"], role["rules"]) == (kind, "manager-role", [])
    types.write_text(text)
    assert run(project, "generate", settings=keys)[0] == 0
    assert yaml.safe_load(path.read_text())["rules"][0]["resources"] == ["deployments"]


def test_a_crd_that_is_no_longer_made_is_pruned(project: Path) -> None:
    assert run(project, "crd", "--allow-dangerous-types")[0] == 0
    types = project / "api/v1/types.py"
    types.write_text(types.read_text().replace("Widget", "Gadget"))
    assert run(project, "crd", "--allow-dangerous-types")[0] == 0
    files = [p.name for p in (project / "config/crd/bases").iterdir()]
    assert files == ["settings.example.com_gadgets.yaml"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("[tool.codegen.crd]\nmax-desc-len = -1", "must be a number, 0 or greater, not -1"),
        ('[tool.codegen.crd]\nmax-desc-len = "x"', "must be a number, 0 or greater, not a string"),
        ("[tool.codegen.crd]\nallow-dangerous-types = 1", "must be true or false, not a number"),
        ("[tool.codegen.crd]\ndesc-lens = 5", "must be a table, not a number"),
        ('[tool.codegen.crd.desc-lens]\n"spec.a" = "x"', "the length of spec.a must be a number"),
        ('[tool.codegen.crd]\nconversion-webhook = "service"', "a service, as namespace/name"),
        ('[tool.codegen.rbac]\nrole-name = "two words"', "must be the name of an object"),
        ("[tool.codegen.rbac]\nrole = 1", "unknown key 'role'"),
    ],
)
def test_a_key_that_cannot_be_followed_is_reported_at_its_place(
    project: Path, settings: str, message: str
) -> None:
    code, output = run(project, "crd", settings=settings)
    assert code == 1
    assert message in output
    assert "pyproject.toml:" in output


def test_every_type_that_the_reader_knows_has_a_schema() -> None:
    assert {name.rpartition(".")[2] for name in known.OPAQUE} <= set(OPAQUE)


def test_input_without_any_api_removes_nothing_that_was_generated(project: Path) -> None:
    assert run(project, "generate", settings="crd.allow-dangerous-types = true")[0] == 0
    (project / "api/__init__.py").write_text("")
    before = sorted(project.rglob("*"))
    (project / "pyproject.toml").write_text('[tool.codegen]\ninput = ["api"]\n')
    for command in ("generate", "verify"):
        done = CliRunner().invoke(command_line(), [command, "--root", str(project)])
        assert done.exit_code == 1, done.output
        assert "all that there is would be removed" in done.output
        assert "[all-removed]" in done.output
        assert "input is api: name the API packages in it" in done.output
    assert sorted(project.rglob("*")) == before
