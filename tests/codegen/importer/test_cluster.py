"""`codegen import crd --from-cluster`: what a server has, as if its CRDs were files."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line
from codegen.importer import cluster
from codegen.importer.sources import ClusterError, FromCluster
from kube.envtest import Action, Environment, Server

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: PLURAL.GROUP
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: "{}"
    example.com/kept: "yes"
spec:
  group: GROUP
  names: {kind: KIND, plural: PLURAL, shortNames: [SHORT]}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, properties: {size: {type: integer}}}}
"""


def crd(kind: str, group: str) -> str:
    text = CRD.replace("KIND", kind).replace("SHORT", kind[:2].lower())
    return text.replace("PLURAL", f"{kind.lower()}s").replace("GROUP", group)


@pytest.fixture(scope="module", params=["embedded", "real"])
def kubeconfig(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "real" and not os.environ.get("KUBEBUILDER_ASSETS"):
        pytest.skip("needs the binaries of a real server: KUBEBUILDER_ASSETS")
    folder = tmp_path_factory.mktemp("crds")
    for kind, group in (("Cart", "shop.example.com"), ("Order", "shop.example.com")):
        (folder / f"{kind}.yaml").write_text(crd(kind, group))
    (folder / "Backup.yaml").write_text(crd("Backup", "storage.example.com"))
    with Environment(server=request.param, crds=str(folder)) as environment:
        yield str(environment.kubeconfig)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(), ["import", "crd", *arguments])


def modules(project: Path) -> dict[str, str]:
    paths = sorted((project / "apis").rglob("types.py"))
    return {path.relative_to(project).as_posix(): path.read_text() for path in paths}


def test_the_crds_of_a_cluster_are_imported_as_those_of_files(
    project: Path, kubeconfig: str
) -> None:
    result = run("--from-cluster", "--kubeconfig", kubeconfig)
    assert result.exit_code == 0, result.output
    assert "imported 3 CRDs into apis: 3 equal" in result.output
    from_cluster = modules(project)
    for kind, group in (("Cart", "shop.example.com"), ("Order", "shop.example.com")):
        (project / f"{kind}.yaml").write_text(crd(kind, group).replace("    kubectl.", "    #"))
    (project / "Backup.yaml").write_text(
        crd("Backup", "storage.example.com").replace("    kubectl.", "    #")
    )
    assert from_cluster.keys() == {
        "apis/shop_example_com/v1/types.py",
        "apis/storage_example_com/v1/types.py",
    }
    text = from_cluster["apis/shop_example_com/v1/types.py"]
    assert "last-applied" not in text
    assert "conversion" not in text
    assert "example.com/kept=yes" in text
    assert run("Cart.yaml", "Order.yaml", "Backup.yaml", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("selection", "kinds"),
    [
        (["--group", "shop.example.com"], ["Cart", "Order"]),
        (["--kind", "Cart", "--kind", "backups"], ["Backup", "Cart"]),
        (["--kind", "or", "--group", "shop.example.com"], ["Order"]),
    ],
)
def test_a_group_or_a_kind_selects(kubeconfig: str, selection: list[str], kinds: list[str]) -> None:
    pairs = [*zip(selection[::2], selection[1::2], strict=True)]
    wanted = FromCluster(
        groups=tuple(value for flag, value in pairs if flag == "--group"),
        kinds=tuple(value for flag, value in pairs if flag == "--kind"),
        kubeconfig=kubeconfig,
    )
    assert [crd["spec"]["names"]["kind"] for crd in cluster.crds(wanted)] == kinds


def test_what_the_cluster_does_not_have_is_said_with_what_is_like_it(kubeconfig: str) -> None:
    with pytest.raises(
        ClusterError, match=r"no group shop\.example\.org: did you mean shop\.example\.c"
    ):
        cluster.crds(FromCluster(groups=("shop.example.org",), kubeconfig=kubeconfig))
    with pytest.raises(ClusterError, match="no kind Carts2"):
        cluster.crds(FromCluster(kinds=("Carts2",), kubeconfig=kubeconfig))


def test_the_openapi_documents_of_a_group_and_of_a_kind(kubeconfig: str) -> None:
    by_group = cluster.openapi(FromCluster(groups=("shop.example.com",), kubeconfig=kubeconfig))
    assert [path for path, _ in by_group] == ["apis/shop.example.com/v1"]
    assert b'"openapi"' in by_group[0][1]
    by_kind = cluster.openapi(FromCluster(kinds=("Backup",), kubeconfig=kubeconfig))
    assert [path for path, _ in by_kind] == ["apis/storage.example.com/v1"]
    core = cluster.openapi(FromCluster(groups=("core",), kubeconfig=kubeconfig))
    assert [path for path, _ in core] == ["api/v1"]


def one_line(result: Result) -> str:
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = result.output.splitlines()
    return line


def test_a_server_that_is_not_there_is_one_line(project: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    config = project / "kubeconfig"
    config.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "contexts: [{name: c, context: {cluster: c, user: u}}]\n"
        f"clusters: [{{name: c, cluster: {{server: '{url}'}}}}]\nusers: [{{name: u, user: {{}}}}]\n"
    )
    line = one_line(run("--from-cluster", "--kubeconfig", str(config)))
    assert line.startswith(f"Error: {url} cannot be reached: ")
    line = one_line(run("--from-cluster", "--kubeconfig", str(config), "--context", "d"))
    assert "d" in line
    assert one_line(run("--from-cluster", "--kubeconfig", "missing")).startswith("Error: ")


@pytest.mark.parametrize(("code", "says"), [(403, "does not permit this"), (401, "does not know")])
def test_missing_rights_are_one_line(project: Path, code: int, says: str) -> None:
    from kube.runtime import errors

    server = Server()
    refusal = errors.ForbiddenError if code == 403 else errors.UnauthorizedError

    def refuse(action: Action) -> None:
        if action.resource == "customresourcedefinitions":
            raise refusal("customresourcedefinitions is forbidden for you")

    server.reactors.append(refuse)
    with Environment(server=server) as environment:
        line = one_line(run("--from-cluster", "--kubeconfig", str(environment.kubeconfig)))
    assert says in line
    assert "customresourcedefinitions is forbidden for you" in line


def test_wrong_usage_says_what_goes_with_what(project: Path) -> None:
    assert "--group goes with --from-cluster" in run("x.yaml", "--group", "a").output
    assert "leave FILE out" in run("x.yaml", "--from-cluster").output
    assert "name files or folders" in run().output


def test_an_import_of_files_does_not_load_the_client(project: Path) -> None:
    (project / "app.yaml").write_text(crd("Cart", "shop.example.com"))
    program = (
        "import sys; from codegen.cli import command_line\n"
        "try: command_line()(['import', 'crd', 'app.yaml'], standalone_mode=False)\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert not [m for m in sys.modules if m.startswith('kube.client')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_the_types_of_a_cluster_s_openapi_documents_are_imported(
    project: Path, kubeconfig: str
) -> None:
    command = ["import", "openapi", "--from-cluster", "--kubeconfig", kubeconfig]
    result = CliRunner().invoke(command_line(), [*command, "--kind", "Cart"])
    assert result.exit_code == 0, result.output
    assert "class Cart(Object)" in (project / "apis/shop_example_com/v1/types.py").read_text()
    result = CliRunner().invoke(command_line(), [*command, "--group", "coordination.k8s.io"])
    assert result.exit_code == 1
    assert "kube.api has all types of these documents already" in result.output


def test_an_import_of_one_version_leaves_the_others_of_its_group(project: Path) -> None:
    def document(version: str) -> str:
        name = f"com.example.pkg.apis.shop.{version}.Cart"
        gvk = {"group": "shop.example.com", "version": version, "kind": "Cart"}
        properties = {"apiVersion": {"type": "string"}, "size": {"type": "integer"}}
        schema = {"type": "object", "properties": properties}
        schema["x-kubernetes-group-version-kind"] = [gvk]  # type: ignore[assignment]
        return json.dumps({"openapi": "3.0.0", "components": {"schemas": {name: schema}}})

    for version in ("v1", "v2", "v1"):
        (project / "api.json").write_text(document(version))
        result = CliRunner().invoke(command_line(), ["import", "openapi", "api.json"])
        assert result.exit_code == 0, result.output
    found = sorted(path.parent.name for path in (project / "apis").rglob("types.py"))
    assert found == ["v1", "v2"]
