"""A project from nothing: what `codegen init` and `codegen create api` write, refuse and repeat."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen.scaffold.names import Names, fnv32
from codegen.scaffold.project import Project
from tests.codegen.scaffold.conftest import Codegen

INIT = ("init", "--domain", "example.com")
API = ("create", "api", "--group", "proxy", "--version", "v1", "--kind", "Nginx", "--resource")


def contents() -> dict[str, str]:
    paths = (path for path in Path().rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.as_posix(): path.read_text() for path in paths}


def test_a_command_that_is_repeated_changes_nothing(codegen: Codegen) -> None:
    for command in (INIT, (*API, "--controller")):
        codegen(*command)
        before = contents()
        again = codegen(*command)
        assert again.output.startswith("nothing to change"), again.output
        assert contents() == before


def test_a_dry_run_shows_the_tree_and_the_diff_and_writes_nothing(codegen: Codegen) -> None:
    shown = codegen(*INIT, "--dry-run")
    assert "+ PROJECT\n" in shown.output
    assert "+++ b/pyproject.toml\n" in shown.output
    assert "+ .codegen-scaffold\n" in shown.output
    assert "+++ b/.codegen-scaffold" not in shown.output  # it repeats the other files
    assert contents() == {}


def test_a_file_in_the_way_is_refused_and_nothing_is_written(codegen: Codegen) -> None:
    Path("pyproject.toml").write_text("mine\n")
    refused = codegen(*INIT)
    assert refused.exit_code == 1
    assert "pyproject.toml:1:1: error: this file exists" in refused.output
    assert "[scaffold-exists]" in refused.output
    assert contents() == {"pyproject.toml": "mine\n"}


def test_a_file_that_is_gone_and_needs_a_line_is_refused(codegen: Codegen) -> None:
    codegen(*INIT)
    Path("src/nginx_operator/__main__.py").unlink()
    refused = codegen(*API, "--controller")
    assert refused.exit_code == 1
    assert "[scaffold-missing]" in refused.output


def test_a_project_file_that_cannot_be_read_is_reported_with_its_line(codegen: Codegen) -> None:
    codegen(*INIT)
    project = Path("PROJECT")
    project.write_text(project.read_text().replace("domain: example.com", "domain: [a, b]"))
    refused = codegen(*API, "--controller")
    assert refused.exit_code == 1
    assert "PROJECT:4:1: error: domain is ['a', 'b'], which is not text [bad-project]" in (
        refused.output
    )


def test_init_after_all_else_changes_nothing(codegen: Codegen) -> None:
    codegen(*INIT)
    codegen(*API, "--controller")
    before = contents()
    assert codegen(*INIT).output.startswith("nothing to change")
    refused = codegen("init", "--domain", "example.org")
    assert "has a project already: PROJECT says nginx-operator of example.com" in refused.output
    assert contents() == before


def test_apis_in_another_order_make_the_same_project(codegen: Codegen, tmp_path: Path) -> None:
    made = []
    kinds = [("Nginx", "--controller"), ("Cache", "--no-controller"), ("Apache", "--controller")]
    for number, order in enumerate((kinds, kinds[::-1])):
        root = tmp_path / f"{number}" / "nginx-operator"
        root.mkdir(parents=True)
        codegen(*INIT, "--root", str(root))
        for kind, controller in order:
            done = codegen(*API[:-2], kind, "--resource", controller, "--root", str(root))
            assert done.exit_code == 0, done.output
        paths = (path for path in root.rglob("*") if path.is_file() and ".cache" not in path.parts)
        made.append({path.relative_to(root): path.read_text() for path in paths})
    assert made[0] == made[1]


def test_nothing_that_is_made_has_a_date(codegen: Codegen) -> None:
    codegen(*INIT, "--license", "apache2", "--owner", "Somebody")
    codegen(*API, "--controller")
    assert not [path for path, text in contents().items() if re.search(r"\b20[2-9]\d\b", text)]


@pytest.mark.parametrize(
    ("text", "value"), [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)]
)
def test_leases_are_named_by_the_hash_that_kubebuilder_takes(text: str, value: int) -> None:
    assert fnv32(text) == value


def test_a_lease_has_all_digits_of_the_hash() -> None:
    project = Project(name="operator", package="web", domain="example.com")
    assert Names(project).lease == "0fd9bc91.example.com"


def test_modules_of_the_user_may_have_any_name_and_be_links_within_the_project(
    codegen: Codegen,
) -> None:
    codegen(*INIT)
    codegen(*API, "--controller")
    shared = Path("src/nginx_operator/build")
    shared.mkdir()
    (shared / "__init__.py").write_text('"""Shared."""\n')
    base = "from kube.runtime import Struct\n\n\nclass Base(Struct):\n    size: int = 0\n"
    (shared / "base.py").write_text(base)
    Path("src/nginx_operator/linked").symlink_to("build")
    types = Path("src/nginx_operator/api/v1/nginx_types.py")
    for package in ("build", "linked"):
        text = types.read_text().replace("(Struct):", "(Base):", 1)
        line = f"from nginx_operator.{package}.base import Base\n"
        types.write_text(text.replace("\n\n\nclass", f"\n\n{line}\n\nclass", 1))
        done = codegen(*API[:-2], f"{package.title()}", "--resource", "--no-controller")
        assert done.exit_code == 0, done.output
        assert "size:" in Path("config/crd/bases/proxy.example.com_nginxes.yaml").read_text()
        types.write_text(text.replace("(Base):", "(Struct):", 1))


def test_a_folder_of_the_scaffold_may_be_a_link_within_the_project(codegen: Codegen) -> None:
    codegen(*INIT)
    codegen(*API, "--controller")
    controllers = Path("src/nginx_operator/controllers")
    controllers.rename("elsewhere")
    controllers.symlink_to(Path("elsewhere").resolve())
    done = codegen(*API[:-2], "Cache", "--resource", "--controller")
    assert done.exit_code == 0, done.output
    assert controllers.is_symlink()
    assert Path("elsewhere/cache_controller.py").exists()
    role = Path("config/rbac/role.yaml").read_text()
    assert [f"- {plural}\n" in role for plural in ("nginxes", "caches")] == [True, True]
