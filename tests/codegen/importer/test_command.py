"""`codegen import crd` as people meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line

GOLDEN = Path(__file__).parent / "golden"
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: apps.example.com}
spec:
  group: example.com
  names: {kind: App, plural: apps}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, properties: {SIZE}}}
"""
SIZE = CRD.replace("SIZE", "size: {type: integer}")
LOSSY = CRD.replace("SIZE", "size: {type: integer, default: x}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(command_line(), ["import", "crd", *arguments], input=text)


def files(project: Path) -> list[str]:
    return sorted(p.relative_to(project).as_posix() for p in project.rglob("*.py"))


def test_a_file_a_folder_and_standard_input_give_the_same_package(project: Path) -> None:
    (project / "crds").mkdir()
    (project / "crds/app.yaml").write_text(SIZE)
    texts = set()
    for arguments, text in ((["crds/app.yaml"], None), (["crds"], None), (["-"], SIZE)):
        result = run(*arguments, "--output", "made", text=text)
        assert result.exit_code == 0, result.output
        assert "imported 1 CRD into made: 1 equal" in result.output
        texts.add((project / "made/example_com/v1/types.py").read_text())
    assert len(texts) == 1
    assert files(project) == [
        "made/__init__.py",
        "made/example_com/__init__.py",
        "made/example_com/v1/__init__.py",
        "made/example_com/v1/types.py",
    ]


def test_the_generators_work_on_what_was_imported(project: Path) -> None:
    (project / "app.yaml").write_text(SIZE)
    assert run("app.yaml").exit_code == 0
    for command in ("crd", "deepcopy", "clientset"):
        arguments = [command, "--input", "apis/example_com/v1"]
        result = CliRunner().invoke(command_line(), arguments)
        assert result.exit_code == 0, result.output
    assert (project / "config/crd/bases/example.com_apps.yaml").is_file()


def test_what_does_not_come_back_is_an_error_with_its_path_and_nothing_is_written(
    project: Path,
) -> None:
    (project / "app.yaml").write_text(LOSSY)
    result = run("app.yaml")
    assert result.exit_code == 1
    assert 'v1:.spec.size default: "x" is lost [lossy-import]' in result.output
    assert "nothing was written" in result.output
    assert files(project) == []


def test_losses_that_are_allowed_are_listed_and_the_rest_is_imported(project: Path) -> None:
    (project / "app.yaml").write_text(LOSSY)
    result = run("app.yaml", "--allow-losses")
    assert result.exit_code == 0, result.output
    assert 'warning: apps.example.com: v1:.spec.size default: "x" is lost' in result.output
    assert "1 different" in result.output
    assert "size: Int | None = None" in (project / "apis/example_com/v1/types.py").read_text()


def test_a_second_import_of_the_same_file_changes_nothing(project: Path) -> None:
    (project / "app.yaml").write_text(SIZE)
    assert run("app.yaml").exit_code == 0
    result = run("app.yaml")
    assert result.exit_code == 0
    assert "0 written, 5 unchanged" in result.output


def test_two_crds_of_one_name_or_kind_are_refused(project: Path) -> None:
    (project / "a.yaml").write_text(SIZE)
    (project / "b.yaml").write_text(SIZE.replace("size", "width"))
    assert "[duplicate-crd]" in run("a.yaml", "b.yaml").output
    (project / "b.yaml").write_text(SIZE.replace("apps", "applications"))
    assert "is of the kind App, as" in run("a.yaml", "b.yaml").output


def test_two_groups_that_would_share_a_folder_are_refused(project: Path) -> None:
    (project / "a.yaml").write_text(SIZE.replace("example.com", "net.example.com"))
    (project / "b.yaml").write_text(SIZE.replace("example.com", "net-example.com"))
    result = run("a.yaml", "b.yaml")
    assert result.exit_code == 1
    assert "the groups net.example.com and net-example.com would have one folder" in result.output


def test_kinds_that_end_in_list_and_groups_of_one_first_word_get_clients(project: Path) -> None:
    texts = [
        SIZE.replace("example.com", "net.example.com"),
        SIZE.replace("example.com", "net.example.org"),
        SIZE.replace("example.com", "net.example.com").replace("kind: App,", "kind: AppList,")
        .replace("plural: apps", "plural: applists").replace("name: apps", "name: applists"),
    ]  # fmt: skip
    (project / "all.yaml").write_text("---\n".join(texts))
    assert run("all.yaml").exit_code == 0
    module = (project / "apis/net_example_com/v1/types.py").read_text()
    assert "class AppItems(ObjectList[App]):" in module
    assert "class AppList(Object):" in module
    packages = "apis/net_example_com/v1,apis/net_example_org/v1"
    for command in ("crd", "register", "clientset", "lister", "informer"):
        result = CliRunner().invoke(command_line(), [command, "--input", packages])
        assert result.exit_code == 0, result.output


def test_a_group_differs_in_name_from_those_that_the_project_has(project: Path) -> None:
    (project / "a.yaml").write_text(SIZE.replace("example.com", "net.example.com"))
    (project / "b.yaml").write_text(SIZE.replace("example.com", "net.example.org"))
    for file in ("a.yaml", "b.yaml", "a.yaml"):
        assert run(file).exit_code == 0
    first = (project / "apis/net_example_com/v1/__init__.py").read_text()
    second = (project / "apis/net_example_org/v1/__init__.py").read_text()
    assert "groupGoName" not in first
    assert "# +groupGoName=NetExample" in second


def test_patches_beside_crds_are_left_out_with_a_warning(project: Path) -> None:
    (project / "crds").mkdir()
    (project / "crds/app.yaml").write_text(SIZE)
    patch = SIZE.partition("  group:")[0] + "  conversion: {strategy: Webhook}\n"
    (project / "crds/patch.yaml").write_text(patch)
    result = run("crds")
    assert result.exit_code == 0, result.output
    assert "crds/patch.yaml:1:1: warning: left out: a part of a CRD" in result.output


def test_numbers_are_a_warning_until_the_settings_allow_them(project: Path) -> None:
    (project / "app.yaml").write_text(SIZE.replace("integer", "number"))
    result = run("app.yaml")
    assert result.exit_code == 0
    assert "warning: AppSpec.size is a floating-point number" in result.output
    assert "[numbers-not-allowed]" in result.output
    assert "set allow-dangerous-types = true in [tool.codegen.crd]" in result.output
    (project / "pyproject.toml").write_text("[tool.codegen.crd]\nallow-dangerous-types = true\n")
    assert "warning" not in run("app.yaml").output
    assert CliRunner().invoke(
        command_line(), ["crd", "--input", "apis/example_com/v1"]
    ).exit_code == 0  # fmt: skip


def test_a_waiver_that_waives_nothing_any_more_is_reported_by_the_crd_generator(
    project: Path,
) -> None:
    text = SIZE.replace("storage: true", "storage: true\n      subresources: {status: {}}")
    (project / "app.yaml").write_text(text)
    assert run("app.yaml").exit_code == 0
    arguments = ["crd", "--input", "apis/example_com/v1"]
    assert "idle-ignore" not in CliRunner().invoke(command_line(), arguments).output
    module = project / "apis/example_com/v1/types.py"
    module.write_text(
        module.read_text().replace(
            "    spec: AppSpec = field(default_factory=AppSpec)",
            "    spec: AppSpec = field(default_factory=AppSpec)\n\n"
            "    status: AppSpec = field(default_factory=AppSpec)",
        )
    )
    result = CliRunner().invoke(command_line(), arguments)
    assert result.exit_code == 0, result.output
    assert "there is no missing-status here to ignore [idle-ignore]" in result.output


def test_waivers_of_columns_are_not_reported_as_idle_by_the_check_of_calls(project: Path) -> None:
    text = SIZE.replace("storage: true", "storage: true\n      subresources: {status: {}}")
    (project / "app.yaml").write_text(text)
    assert run("app.yaml").exit_code == 0
    assert "ignore[missing-status]" in (project / "apis/example_com/v1/types.py").read_text()
    arguments = ["rbac", "--check-calls", "--input", "apis/example_com/v1"]
    assert "idle-ignore" not in CliRunner().invoke(command_line(), arguments).output


@pytest.mark.parametrize(
    ("text", "code"),
    [("kind: ConfigMap\napiVersion: v1\n", "nothing-to-import"), ("a: [", "bad-yaml")],
)
def test_a_file_without_a_crd_says_so(project: Path, text: str, code: str) -> None:
    (project / "app.yaml").write_text(text)
    result = run("app.yaml", "--format", "json", "--notes")
    assert result.exit_code == 1
    records = json.loads(result.stdout[: result.stdout.rindex("]") + 1])
    assert code in [record["code"] for record in records]


def test_an_empty_folder_is_reported(project: Path) -> None:
    (project / "none").mkdir()
    assert "[empty-folder]" in run("none").output


def test_a_file_that_is_missing_is_wrong_usage(project: Path) -> None:
    assert run("missing.yaml").exit_code == 2
    assert run("-", "missing.yaml").exit_code == 2


def test_the_other_commands_do_not_load_the_importer() -> None:
    program = (
        "import sys; from codegen.cli import command_line; command_line()(['tags', 'genclient'], "
        "standalone_mode=False); "
        "assert not [m for m in sys.modules if m.startswith(('codegen.importer', 'yaml'))]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_a_folder_is_read_without_what_the_toolchain_or_other_tools_keep_in_it(
    project: Path,
) -> None:
    (project / "app.yaml").write_text(SIZE)
    (project / ".venv").mkdir()
    (project / ".venv/app.yaml").write_text(LOSSY)
    assert run(".").exit_code == 0
    crd = ["crd", "--input", "apis/example_com/v1"]
    assert CliRunner().invoke(command_line(), crd).exit_code == 0
    result = run(".", "--notes")
    assert result.exit_code == 0, result.output
    assert "config/crd/bases/example.com_apps.yaml:1:1: note: passed over" in result.output
    assert "[passed-over]" in result.output


def test_an_import_says_which_packages_the_project_does_not_generate_from(project: Path) -> None:
    (project / "app.yaml").write_text(SIZE)
    hint = 'to generate from them, have in [tool.codegen]: input = ["apis/example_com/v1"]\n'
    assert hint in run("app.yaml").output
    for text in (
        'input = ["apis/example_com/v1"]',
        'input-base = "apis"\ninput = ["example_com/v1"]',
    ):
        (project / "pyproject.toml").write_text(f"[tool.codegen]\n{text}\n")
        assert "to generate" not in run("app.yaml").output


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (
            "kind: App,",
            "kind: class,",
            "the CRD has no kind that can be a class in Python: 'class'",
        ),
        ("kind: App,", "kind: my-app,", "no kind that can be a class in Python: 'my-app'"),
        ("example.com", "x.k8s.io", "no annotation api-approved.kubernetes.io"),
        ("{type: integer}", "{$ref: '#/x'}", ".spec.size has a $ref, which a CRD cannot have"),
        ("size: {", "'': {", ".spec has a member without a name"),
        ("{type: integer}", "{type: array, items: " * 120 + "{}" + "}" * 120, "100 levels deep"),
        ("{type: integer}", "[" * 2000 + "]" * 2000, ".spec.size is not a schema"),
    ],
)
def test_what_no_server_takes_or_no_class_can_be_is_refused_with_its_place(
    project: Path, before: str, after: str, fault: str
) -> None:
    (project / "app.yaml").write_text(SIZE.replace(before, after))
    result = run("app.yaml")
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert fault in result.output
    assert "nothing was written" in result.output


def test_members_that_a_server_manages_are_not_lost(project: Path) -> None:
    managed = "metadata: {finalizers: [x], ownerReferences: [{kind: A}], uid: a, generation: 1, "
    (project / "app.yaml").write_text(SIZE.replace("metadata: {", managed))
    assert "1 equal" in run("app.yaml").output
