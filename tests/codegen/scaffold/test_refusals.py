"""What a command cannot do it says in a few lines, and changes nothing: no traceback, no half."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.codegen.scaffold.conftest import Codegen

INIT = ("init", "--domain", "example.com")
LOAF = ("--group", "bakery", "--version", "v1", "--kind", "Loaf", "--resource", "--controller")
API = ("create", "api", *LOAF)


def contents(folder: Path | None = None) -> dict[str, bytes]:
    paths = (path for path in sorted((folder or Path()).rglob("*")) if path.is_file())
    return {str(path): path.read_bytes() for path in paths if ".cache" not in path.parts}


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--domain", "Example_com"), "the domain 'Example_com' has to be lower case"),
        (("--domain", ""), "the domain '' has to be lower case"),
        (("--project-name", "Nginx"), "the project's name 'Nginx' has to be lower case"),
        (("--project-name", "1st"), "a letter first"),
        (("--project-name", "a" * 29), "has 29 characters, and the names in config"),
        (("--project-name", "class", "--repo", "class"), "'class' is not the name of a Python"),
        (("--project-name", "kube"), "would hide another of that name: --repo kube_operator"),
        (("--project-name", "test"), "would hide another of that name"),
        (("--project-name", "codegen"), "would hide another of that name"),
        (("--project-name", "yaml"), "would hide another of that name"),
        (("--repo", "asyncio"), "would hide another of that name"),
        (("--repo", "../up"), "'../up' is not the name of a Python package"),
        (("--repo", "a.b"), "'a.b' is not the name of a Python package"),
        (("--owner", "me\nimport os"), "the owner is one line, and has 'import os' too"),
    ],
)
def test_a_project_has_names_that_config_and_python_take(
    codegen: Codegen, options: tuple[str, ...], said: str
) -> None:
    refused = codegen(*INIT, *options)
    assert (refused.exit_code, contents()) == (2, {})
    assert said in refused.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--group", "Bakery"), "the group 'Bakery' has to be lower case"),
        (("--version", "1"), "'1' is not a version such as v1"),
        (("--version", "v1gamma"), "'v1gamma' is not a version"),
        (("--kind", "loaf"), "a capital first, such as Loaf: --kind"),
        (("--kind", "rye-loaf"), "such as RyeLoaf: --kind"),
        (("--kind", "../Loaf"), "the kind '../Loaf' has to be letters and digits"),
        (("--kind", "Struct"), "would hide the class Struct that its own module uses"),
        (("--plural", "Loaves"), "the plural 'Loaves' has to be lower case"),
        (("--kind", "K" + "x" * 61), "63 at most: --plural"),
        (("--external-api-domain", "io"), "go with --external-api-path"),
        (("--plural", ""), "leave --plural and --external-api-module out where they are empty"),
        (("--external", ""), "names a kind of others"),
        (("--external", "a.b"), "names a kind of others: leave --resource out"),
    ],
)
def test_an_api_has_names_that_a_server_and_python_take(
    codegen: Codegen, options: tuple[str, ...], said: str
) -> None:
    codegen(*INIT)
    before = contents()
    refused = codegen(*API, *options)
    assert (refused.exit_code, contents()) == (2, before)
    assert said in refused.output


def test_all_names_that_are_wrong_are_told_at_once(codegen: Codegen) -> None:
    refused = codegen("init", "--domain", "A", "--project-name", "B", "--repo", "c d")
    assert [word in refused.output for word in ("--domain", "--project-name", "--repo")] == (
        [True] * 3
    )


@pytest.mark.parametrize("kind", ["Class", "Client", "Log", "Manager", "Self", "Type", "Series"])
def test_a_kind_may_have_a_name_that_python_or_the_runtime_uses(
    codegen: Codegen, kind: str
) -> None:
    codegen(*INIT)
    made = codegen("create", "api", *LOAF[:4], "--kind", kind, *LOAF[6:])
    assert made.exit_code == 0, made.output
    source = Path("src/nginx_operator/controllers").glob("*_controller.py")
    tests = Path("tests/controllers").glob("*.py")
    for path in (*source, *tests):
        compile(path.read_text(), str(path), "exec")
    linted = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "src", "tests"], capture_output=True, text=True
    )
    assert linted.returncode == 0, linted.stdout


# --- what goes together -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (("mill", "v1", "Flour"), "a folder for one group alone: `codegen edit --multigroup`"),
        (("bakery", "v2", "Loaf"), "Loaf of bakery/v1 has a controller of that name already"),
        (("bakery", "v1", "LOAF"), "LOAF and Loaf differ in capitals alone"),
        (("bakery", "v1", "Bread", "--plural", "loafs"), "Loaf has the plural loafs already"),
        (("bakery", "v1", "Loaf", "--no-namespaced"), "exists with another namespaced"),
    ],
)
def test_a_kind_that_does_not_go_with_the_others_is_refused(
    codegen: Codegen, second: tuple[str, ...], said: str
) -> None:
    codegen(*INIT)
    codegen(*API, "--plural", "loafs")
    before = contents()
    group, version, kind, *options = second
    names = ("--group", group, "--version", version, "--kind", kind)
    refused = codegen("create", "api", *names, "--resource", "--controller", *options)
    assert (refused.exit_code, contents()) == (2, before)
    assert refused.output.count(said) == 1, refused.output


def test_a_manager_of_a_namespace_has_no_kinds_of_the_cluster(codegen: Codegen) -> None:
    codegen(*INIT, "--namespaced")
    refused = codegen(*API, "--no-namespaced")
    assert refused.exit_code == 2
    assert "Loaf would be in no namespace" in refused.output


def test_versions_of_a_kind_share_plural_and_scope_and_the_first_is_stored(
    codegen: Codegen,
) -> None:
    codegen(*INIT)
    codegen(*API, "--plural", "breads", "--no-namespaced")
    made = codegen(*API, "--version", "v2", "--no-controller")
    assert made.exit_code == 0, made.output
    types = [Path(f"src/nginx_operator/api/{v}/loaf_types.py").read_text() for v in ("v1", "v2")]
    assert ["+kubebuilder:storageversion" in text for text in types] == [True, False]
    assert all("path=breads,scope=Cluster" in text for text in types)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (("apps", "v1", "Loaf"), "of Kubernetes' own kinds kube.api has apps/v1"),
        (("apps", "v3", "Deployment"), "of Kubernetes' own kinds kube.api has apps/v1"),
        (("autoscaling", "v3", "A"), "kube.api has autoscaling/v1, v2"),
        (("bakery", "v1", "Loaf"), "no bakery.example.com/v1 Loaf is in PROJECT"),
    ],
)
def test_a_controller_needs_a_kind_that_somebody_defines(
    codegen: Codegen, kind: tuple[str, str, str], said: str
) -> None:
    codegen(*INIT)
    group, version, name = kind
    names = ("--group", group, "--version", version, "--kind", name)
    refused = codegen("create", "api", *names, "--no-resource", "--controller")
    assert refused.exit_code == 2
    assert said in refused.output


def test_a_kind_of_the_project_comes_before_one_of_kubernetes(codegen: Codegen) -> None:
    codegen(*INIT)
    names = ("--group", "storage", "--version", "v1", "--kind", "StorageClass")
    codegen("create", "api", *names, "--resource", "--no-controller")
    made = codegen("create", "api", *names, "--no-resource", "--controller")
    assert made.exit_code == 0, made.output
    controller = Path("src/nginx_operator/controllers/storage_class_controller.py").read_text()
    assert "from nginx_operator.api.v1.storage_class_types import StorageClass" in controller


def test_groups_and_requirements_may_have_names_that_python_and_toml_quote(
    codegen: Codegen,
) -> None:
    codegen(*INIT, "--multigroup")
    for group in ("3scale", "class", "cert-manager.io"):
        made = codegen("create", "api", "--group", group, *LOAF[2:])
        assert made.exit_code == 0, made.output
    requirement = 'kinds[a]>=1; python_version < "4"'
    other = ("--external", "kinds.v1", "--external-api-module", requirement, "--controller")
    made = codegen("create", "api", "--group", "b", *LOAF[2:6], *other)
    assert made.exit_code == 0, made.output
    pyproject = tomllib.loads(Path("pyproject.toml").read_text())
    assert requirement in pyproject["project"]["dependencies"]
    for path in Path().rglob("*.py"):
        compile(path.read_text(), str(path), "exec")


# --- terminals ----------------------------------------------------------------------------------


def test_without_a_terminal_a_question_is_wrong_usage_that_names_its_flags(
    codegen: Codegen,
) -> None:
    asked = codegen("init", input="example.com\n")
    assert (asked.exit_code, contents()) == (2, {})
    assert "--domain example.com" in asked.output
    codegen(*INIT)
    asked = codegen("create", "api", *LOAF[:6], input="y\ny\n")
    assert asked.exit_code == 2
    assert "Say --resource or --no-resource, or --yes to all." in asked.output


def test_yes_answers_every_question(codegen: Codegen) -> None:
    codegen(*INIT)
    made = codegen("create", "api", *LOAF[:6], "--yes")
    assert made.exit_code == 0, made.output
    assert Path("src/nginx_operator/controllers/loaf_controller.py").exists()
    assert Path("src/nginx_operator/api/v1/loaf_types.py").exists()


def test_on_a_terminal_questions_are_asked(
    codegen: Codegen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codegen.scaffold.requests.Asker._is_possible", True)
    codegen("init", input="example.com\n")
    asked = codegen("create", "api", *LOAF[:6], input="y\nn\n")
    assert "Define the kind Loaf here? [y/N]" in asked.output
    assert "Add a controller of Loaf? [y/N]" in asked.output
    assert Path("src/nginx_operator/api/v1/loaf_types.py").exists()
    assert not Path("src/nginx_operator/controllers/loaf_controller.py").exists()


@pytest.mark.parametrize("command", ["init", "create api --group a --version v1 --kind A"])
def test_a_terminal_that_is_closed_ends_the_command(
    codegen: Codegen, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    codegen(*INIT) if command != "init" else None
    monkeypatch.setattr("codegen.scaffold.requests.Asker._is_possible", True)
    before = contents()
    ended = codegen(*command.split(), input="")
    assert (ended.exit_code, contents()) == (1, before)
    assert ended.output.rstrip().endswith("Aborted!")


# --- PROJECT ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("", "this is not a mapping"),
        ("a: [", "PROJECT:2:1: error: this is not YAML"),
        ("\ufeff\x00", "this is not YAML"),
        ("a: !!python/object:os.system b", "this is not YAML"),
        ('version: "2"', "version is '2', and codegen reads \"3\""),
        ("version: 3", "version is 3, and codegen reads"),
        ("resources: 1", "resources is not a list of mappings"),
        ("resources: [{kind: 3}]", "kind is 3, which is not text"),
        ("repo: ../../etc", "'../../etc' is not the name of a Python package"),
        ("projectName: ../x", "the project's name '../x' has to be lower case"),
        ("resources: [{group: ../x, version: v1, kind: A}]", "the group '../x' has to be"),
    ],
)
def test_a_damaged_project_file_is_reported_with_its_place(
    codegen: Codegen, damage: str, said: str
) -> None:
    codegen(*INIT)
    text = Path("PROJECT").read_text()
    key = damage.partition(":")[0]
    if key in ("repo", "projectName", "resources"):
        lines = [line for line in text.splitlines() if not line.startswith(f"{key}:")]
        damage = "\n".join((*lines, damage))
    Path("PROJECT").write_text(damage)
    before = contents()
    refused = codegen(*API)
    assert (refused.exit_code, contents()) == (1, before), refused.output
    assert said in refused.output
    assert "[bad-project]" in refused.output


def test_a_folder_without_a_project_is_told_where_the_next_one_is(codegen: Codegen) -> None:
    assert ": run `codegen init`" in codegen(*API).output
    codegen(*INIT)
    refused = codegen(*API, "--root", "src")
    assert refused.exit_code == 2
    assert f"{Path.cwd()} has one: go there, or --root {Path.cwd()}" in refused.output


# --- the disk -----------------------------------------------------------------------------------


def test_a_file_in_the_place_of_a_folder_is_named(codegen: Codegen) -> None:
    Path("src").write_text("mine")
    refused = codegen(*INIT)
    assert (refused.exit_code, contents()) == (1, {"src": b"mine"})
    assert "Not a directory; nothing was written" in refused.output


def test_a_folder_in_the_place_of_a_file_is_named(codegen: Codegen) -> None:
    Path("PROJECT").mkdir()
    refused = codegen(*INIT)
    assert (refused.exit_code, contents()) == (1, {})
    assert "PROJECT: Is a directory; nothing was written" in refused.output


@pytest.mark.parametrize("is_there", [False, True])
def test_no_file_is_written_through_a_link_out_of_the_project(
    codegen: Codegen, tmp_path: Path, is_there: bool
) -> None:
    outside = tmp_path / "outside"
    if is_there:
        outside.mkdir()
    codegen(*INIT)
    Path("src/nginx_operator/api/v1").symlink_to(outside)
    refused = codegen(*API)
    assert refused.exit_code == 1, refused.output
    assert "nothing was written" in refused.output
    assert contents(outside) == {}
    assert not Path("tests/controllers").exists()


def test_a_link_in_the_place_of_the_project_file_is_not_followed(
    codegen: Codegen, tmp_path: Path
) -> None:
    Path("PROJECT").symlink_to(tmp_path / "elsewhere")
    refused = codegen(*INIT)
    assert refused.exit_code == 1
    assert "[scaffold-outside]" in refused.output
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_that_is_full_leaves_everything_as_it_was(
    codegen: Codegen, monkeypatch: pytest.MonkeyPatch
) -> None:
    codegen(*INIT)
    before = contents()
    write, root = Path.write_bytes, Path.cwd()

    def full(path: Path, data: bytes) -> int:
        if path.is_relative_to(root) and "zz_generated_register" in path.name:
            raise OSError(28, os.strerror(28), str(path))
        return write(path, data)

    with monkeypatch.context() as context:
        context.setattr(Path, "write_bytes", full)
        refused = codegen(*API)
    assert refused.exit_code == 1
    assert "No space left on device; nothing was written" in refused.output
    assert contents() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes to folders that are read-only")
def test_a_folder_that_is_read_only_is_named(codegen: Codegen) -> None:
    Path().chmod(0o555)
    try:
        refused = codegen(*INIT)
    finally:
        Path().chmod(0o755)
    assert refused.exit_code == 1
    assert "Permission denied; nothing was written" in refused.output


def test_types_that_generators_refuse_stop_the_command_before_it_writes(codegen: Codegen) -> None:
    codegen(*INIT)
    codegen(*API)
    types = Path("src/nginx_operator/api/v1/loaf_types.py")
    types.write_text(types.read_text().replace("foo: str | None", "foo: set[str] | None"))
    before = contents()
    refused = codegen("create", "api", *LOAF[:4], "--kind", "Oven", *LOAF[6:])
    assert (refused.exit_code, contents()) == (1, before)
    assert "loaf_types.py" in refused.output
    made = codegen("create", "api", *LOAF[:4], "--kind", "Oven", *LOAF[6:], "--no-make")
    assert made.exit_code == 0, made.output
