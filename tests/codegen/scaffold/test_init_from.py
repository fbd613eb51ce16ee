"""`codegen init --from`: a whole project from a PROJECT, ours or kubebuilder's."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from tests.codegen.scaffold import combinations
from tests.codegen.scaffold.test_edited_projects import codegen, edit, tree

GO_PROJECT = Path(__file__).parent / "kubebuilder" / "PROJECT"


def init_from(root: Path, source: Path, *options: str) -> Result:
    root.mkdir(exist_ok=True)
    return codegen(root, "init", "--from", str(source), *options)


@pytest.mark.parametrize("choices", [combinations.PAIRWISE[6]])
def test_a_project_comes_back_as_the_commands_made_it(
    tmp_path: Path, choices: combinations.Choices
) -> None:
    made = combinations.make(tmp_path, choices)
    expected = tree(made)
    root = tmp_path / "again"
    result = init_from(root, made)
    assert result.exit_code == 0, result.output
    assert tree(root) == expected
    assert init_from(root, made / "PROJECT").output.startswith("nothing to change")
    assert init_from(root, root).output.startswith("nothing to change")
    assert tree(root) == expected


def test_what_a_project_of_kubebuilders_has_beyond_is_said_and_kept(tmp_path: Path) -> None:
    root = tmp_path / "moved"
    result = init_from(root, GO_PROJECT, "--no-make")
    assert result.exit_code == 0, result.output
    for warning in (
        "PROJECT:1:1: warning: this project has the layout go.kubebuilder.io/v4, and becomes one",
        "PROJECT:1:1: warning: codegen has no plugin grafana.kubebuilder.io/v1-alpha",
        "PROJECT:26:3: warning: Captain: codegen does not scaffold webhooks yet (defaulting, valid",
        "PROJECT:53:3: warning: Memcached: codegen knows nothing of `ssa` of an API",
        "PROJECT:53:3: warning: Memcached: codegen makes one controller of a kind, and PROJECT has",
    ):
        assert warning in result.output
    assert result.output.count("[not-scaffolded]") == 6
    text = (root / "PROJECT").read_text()
    before = GO_PROJECT.read_text()
    plugins = before[before.index("plugins:") : before.index("projectName:")]
    webhooks = before[before.index("  webhooks:") : before.index("- api:\n    crdVersion: v1\n  c")]
    assert plugins in text
    assert webhooks in text
    assert "  controllers:\n  - name: memcached-main\n  - name: memcached-backup\n" in text
    assert "\nrepo: project_v4_multigroup\n" in text
    package = root / "src/project_v4_multigroup"
    assert (package / "api/sea_creatures/v1beta2/leviathan_types.py").is_file()
    assert (package / "controllers/example_com/memcached_controller.py").is_file()


def test_a_kind_of_another_go_project_needs_a_module(tmp_path: Path) -> None:
    source = tmp_path / "PROJECT"
    source.write_text(
        "domain: example.com\nlayout: go.kubebuilder.io/v4\nprojectName: a\nrepo: example.com/a\n"
        "resources:\n- controller: true\n  external: true\n  domain: io\n  group: cert-manager\n"
        "  kind: Certificate\n  path: github.com/cert-manager/pkg/apis/certmanager/v1\n"
        '  version: v1\nversion: "3"\n'
    )
    root = tmp_path / "a"
    result = init_from(root, source)
    assert result.exit_code == 1
    assert "PROJECT:6:3: error: Certificate: its path github.com/cert-manager/" in result.output
    assert tree(root) == {}
    edit(tmp_path, "PROJECT", "github.com/cert-manager/pkg/apis/certmanager/v1", "certs.v1")
    assert init_from(root, source, "--no-make").exit_code == 0
    controller = (root / "src/a/controllers/certificate_controller.py").read_text()
    assert "from certs.v1 import Certificate\n" in controller


def test_other_commands_name_the_way_out_of_another_layout(tmp_path: Path) -> None:
    (tmp_path / "PROJECT").write_bytes(GO_PROJECT.read_bytes())
    for command in (
        ("create", "api", "--group", "crew", "--version", "v1", "--kind", "Sailor", "--yes"),
        ("delete", "api", "--group", "crew", "--version", "v1", "--kind", "Captain"),
        ("edit", "--namespaced"),
        ("upgrade",),
    ):
        result = codegen(tmp_path, *command)
        assert result.exit_code == 2
        assert "PROJECT has the layout go.kubebuilder.io/v4" in result.output
        assert "`codegen init --from` makes a project of it" in result.output


def test_it_takes_the_package_and_nothing_else_from_options(tmp_path: Path) -> None:
    root = tmp_path / "a"
    result = init_from(root, GO_PROJECT, "--domain", "example.com")
    assert result.exit_code == 2
    assert "--from takes all but the package from PROJECT" in result.output
    assert init_from(root, GO_PROJECT, "--repo", "fleet", "--no-make").exit_code == 0
    assert (root / "src/fleet/__main__.py").is_file()
    other = tmp_path / "PROJECT"
    other.write_text(GO_PROJECT.read_text().replace("project-v4-multigroup", "another"))
    again = init_from(root, other)
    assert again.exit_code == 2
    assert "has another project already" in again.output
