"""`codegen import openapi`: what servers publish becomes tagged packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from codegen.cli import command_line

GROUP = "io.k8s.metrics.pkg.apis.metrics.v1beta1."
META = "io.k8s.apimachinery.pkg.apis.meta.v1."
TYPES = "apis/metrics/v1beta1/types.py"


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def held(name: str, **beside: object) -> dict[str, Any]:
    """A reference as it stands in a member, with what stands beside it."""
    return {"allOf": [ref(name)], **beside}


def kind(name: str) -> list[dict[str, str]]:
    return [{"group": "metrics.k8s.io", "version": "v1beta1", "kind": name}]


def document(
    properties: dict[str, Any] | None = None,
    paths: dict[str, Any] | None = None,
    required: list[str] | None = None,
    **schemas: Any,
) -> dict[str, Any]:
    own = {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": held(f"{META}ObjectMeta", default={}),
            **(properties or {}),
        },
        "x-kubernetes-group-version-kind": kind("NodeMetrics"),
    }
    if required:
        own["required"] = required
    return {
        "openapi": "3.0.0",
        "components": {
            "schemas": {
                f"{GROUP}NodeMetrics": own,
                f"{META}ObjectMeta": {"type": "object", "properties": {}},
                f"{META}Time": {"type": "string", "format": "date-time"},
                **{f"{GROUP}{name}": schema for name, schema in schemas.items()},
            }
        },
        "paths": paths or {},
    }


def operations(body: dict[str, str], **actions: str) -> dict[str, Any]:
    return {
        method: {"x-kubernetes-action": action, "x-kubernetes-group-version-kind": body}
        for method, action in actions.items()
    }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(), ["import", "openapi", *arguments])


def imported(project: Path, *documents: dict[str, Any]) -> str:
    for number, each in enumerate(documents):
        (project / f"{number}.json").write_text(json.dumps(each))
    result = run(*(f"{number}.json" for number in range(len(documents))))
    assert result.exit_code == 0, result.output
    return (project / TYPES).read_text()


def test_what_is_required_is_required_and_the_rest_may_be_absent(project: Path) -> None:
    text = imported(
        project,
        document(
            {"window": {"type": "string", "default": ""}, "samples": {"type": "integer"}},
            required=["window"],
        ),
    )
    assert "    window: str\n" in text
    assert "    samples: Int | None = None\n" in text


def test_what_go_holds_by_value_is_made_where_it_is_absent(project: Path) -> None:
    text = imported(
        project,
        document(
            {"spec": held(f"{GROUP}Spec", default={}), "other": held(f"{GROUP}Spec")},
            Spec={"type": "object", "properties": {"name": {"type": "string"}}},
        ),
    )
    assert "    spec: Spec = field(default_factory=Spec)\n" in text
    assert "    other: Spec | None = None\n" in text


def test_a_class_with_required_members_is_made_of_zero_values(project: Path) -> None:
    text = imported(
        project,
        document(
            {"spec": held(f"{GROUP}Spec", default={})},
            Spec={
                "type": "object",
                "required": ["names", "inner"],
                "properties": {
                    "names": {"type": "array", "items": {"type": "string"}},
                    "inner": held(f"{GROUP}Inner", default={}),
                },
            },
            Inner={
                "type": "object",
                "required": ["count"],
                "properties": {"count": {"type": "integer", "format": "int32"}},
            },
        ),
    )
    assert (
        "spec: Spec = field(default_factory=lambda: Spec(names=[], inner=Inner(count=0)))" in text
    )


def test_a_required_time_may_be_absent_because_go_writes_null_for_its_zero(project: Path) -> None:
    text = imported(project, document({"timestamp": held(f"{META}Time")}, required=["timestamp"]))
    assert "    # +required\n    timestamp: Time | None = None\n" in text


def test_real_defaults_are_kept_and_gos_zero_values_are_dropped(project: Path) -> None:
    text = imported(
        project,
        document(
            {
                "protocol": {"type": "string", "default": "TCP"},
                "replicas": {"type": "integer", "format": "int32", "default": 0},
            }
        ),
    )
    assert '    # +default="TCP"\n    protocol: str | None = None\n' in text
    assert text.count("+default") == 1


def test_how_lists_are_merged_is_kept(project: Path) -> None:
    text = imported(
        project,
        document(
            {
                "ports": {
                    "type": "array",
                    "items": {"type": "string"},
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["port", "protocol"],
                    "x-kubernetes-patch-strategy": "merge,retainKeys",
                    "x-kubernetes-patch-merge-key": "port",
                }
            }
        ),
    )
    assert (
        "    # +listType=map\n    # +listMapKey=port\n    # +listMapKey=protocol\n"
        "    # +patchStrategy=merge,retainKeys\n    # +patchMergeKey=port\n"
        "    ports: list[str] | None = None\n" in text
    )


def test_enums_become_open_enums_for_a_server_may_have_more(project: Path) -> None:
    phases = {"type": "string", "enum": ["Pending", "IPv4", "", "SIG+1"]}
    text = imported(project, document({"phase": phases}))
    assert (
        "class NodeMetricsPhase(OpenEnum):\n"
        '    PENDING = "Pending"\n    IPV4 = "IPv4"\n    EMPTY = ""\n    SIG_PLUS_1 = "SIG+1"\n'
        in text
    )
    assert "    phase: NodeMetricsPhase | None = None\n" in text


def test_the_client_does_what_the_paths_say(project: Path) -> None:
    body = kind("NodeMetrics")[0]
    base = "/apis/metrics.k8s.io/v1beta1"
    text = imported(
        project,
        document(
            paths={
                f"{base}/nodes": operations(body, get="list"),
                f"{base}/nodes/{{name}}": operations(body, get="get"),
            }
        ),
    )
    assert "# +genclient\n# +genclient:nonNamespaced\n# +genclient:onlyVerbs=get,list\n" in text
    assert "# +resourceName=nodes\n" in text


def test_subresources_with_a_body_become_methods_and_streams_do_not(project: Path) -> None:
    body = kind("NodeMetrics")[0]
    base = "/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/nodemetrics"
    text = imported(
        project,
        document(
            {"status": {"type": "string"}},
            paths={
                base.replace("/namespaces", "/watch/namespaces"): {},
                base: operations(body, get="list", post="post", delete="deletecollection"),
                f"{base}/{{name}}": operations(
                    body, get="get", put="put", patch="patch", delete="delete"
                ),
                f"{base}/{{name}}/status": operations(body, get="get", put="put", patch="patch"),
                f"{base}/{{name}}/approval": operations(body, get="get", put="put"),
                f"{base}/{{name}}/log": operations(body, get="get"),
                f"{base}/{{name}}/exec": operations(body, post="connect"),
            },
        ),
    )
    tags = [line for line in text.splitlines() if line.startswith("# +")]
    assert tags[:2] == [
        "# +genclient",
        "# +genclient:method=UpdateApproval,verb=update,subresource=approval",
    ]


def test_documents_of_version_2_are_read_as_well(project: Path) -> None:
    v3 = document({"names": {"type": "array", "items": {"type": "string"}}})
    schemas = v3["components"]["schemas"]
    text = imported(project, v3)
    (project / TYPES).unlink()
    (project / "apis/metrics/v1beta1/.codegen-import").unlink()
    v2 = json.dumps({"swagger": "2.0", "definitions": schemas, "paths": {}})
    (project / "0.json").write_text(v2.replace("#/components/schemas/", "#/definitions/"))
    assert run("0.json").exit_code == 0
    assert (project / TYPES).read_text() == text


def test_types_that_kube_api_has_are_imported_from_it(project: Path) -> None:
    reference = "io.k8s.api.core.v1.SecretReference"
    v3 = document({"secret": held(reference), "others": {"type": "array", "items": ref(reference)}})
    v3["components"]["schemas"][reference] = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "namespace": {"type": "string"}},
    }
    text = imported(project, v3)
    assert "from kube.api.core.v1 import SecretReference\n" in text
    assert not (project / "apis/core").exists()


def test_a_type_that_differs_from_that_of_kube_api_becomes_a_class_of_its_own(
    project: Path,
) -> None:
    reference = "io.k8s.api.core.v1.SecretReference"
    v3 = document({"secret": held(reference)})
    v3["components"]["schemas"][reference] = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "uid": {"type": "string"}},
    }
    (project / "0.json").write_text(json.dumps(v3))
    result = run("0.json", "--notes")
    assert result.exit_code == 0, result.output
    assert "it has uid too, it has no namespace [not-built-in]" in result.output
    assert "from apis.core.v1.types import SecretReference\n" in (project / TYPES).read_text()


def custom(version: str, **properties: Any) -> dict[str, Any]:
    """A document as a server publishes it of a CRD."""
    body = {"group": "shop.example.com", "version": version, "kind": "Order"}
    root = f"/apis/shop.example.com/{version}"
    schema = {
        "type": "object",
        "description": "An order.",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": held(f"{META}ObjectMeta"),
            **properties,
        },
        "x-kubernetes-group-version-kind": [body],
    }
    orders = {
        "type": "object",
        "properties": {"items": {}, "metadata": held(f"{META}ListMeta")},
        "x-kubernetes-group-version-kind": [{**body, "kind": "OrderList"}],
    }
    name = f"com.example.shop.{version}.Order"
    place = f"{root}/namespaces/{{namespace}}/orders"
    return {
        "openapi": "3.0.0",
        "components": {"schemas": {name: schema, f"{name}List": orders}},
        "paths": {
            place: operations(body, get="list", post="post"),
            f"{place}/{{name}}": operations(body, get="get", put="put"),
            f"{place}/{{name}}/status": operations(body, get="get", put="put"),
        },
    }


def test_a_custom_resource_is_imported_as_the_crd_that_it_comes_from(project: Path) -> None:
    spec = {
        "type": "object",
        "required": ["size"],
        "properties": {
            "size": {"type": "integer", "format": "int32", "minimum": 1, "default": 5},
            "color": {"type": "string", "enum": ["red", "green"]},
            "parts": {"type": "array", "items": {"type": "object", "properties": {
                "name": {"type": "string", "maxLength": 9},
            }}},
        },
        "x-kubernetes-validations": [{"rule": "self.size < 10"}],
    }  # fmt: skip
    status = {"type": "object", "properties": {"phase": {"type": "string"}}}
    (project / "0.json").write_text(json.dumps(custom("v1", spec=spec, status=status)))
    result = run("0.json")
    assert result.exit_code == 0, result.output
    assert "imported 1 package into apis: 5 types" in result.output
    text = (project / "apis/shop_example_com/v1/types.py").read_text()
    for line in (
        "# +genclient",
        "# +kubebuilder:subresource:status",
        "class Order(Object):",
        '    """An order."""',
        "    # +kubebuilder:validation:Minimum=1",
        "    # +default=5",
        "    # +kubebuilder:validation:MaxLength=9",
        '    color: Literal["red", "green"] | None = None',
        "class Part(Struct):",
    ):
        assert f"\n{line}\n" in text


def test_of_several_versions_of_a_custom_resource_the_most_stable_is_taken_for_the_stored_one(
    project: Path,
) -> None:
    for version in ("v1beta1", "v1"):
        (project / f"{version}.json").write_text(json.dumps(custom(version)))
    result = run("v1beta1.json", "v1.json")
    assert result.exit_code == 0, result.output
    assert "no document says which version is stored: v1 is assumed [lossy-import]" in result.output
    stored = "# +kubebuilder:storageversion"
    folder = project / "apis/shop_example_com"
    assert stored in (folder / "v1/types.py").read_text()
    assert stored not in (folder / "v1beta1/types.py").read_text()


def test_two_documents_that_disagree_are_an_error(project: Path) -> None:
    (project / "a.json").write_text(json.dumps(document({"a": {"type": "string"}})))
    (project / "b.json").write_text(json.dumps(document({"b": {"type": "string"}})))
    result = run("a.json", "b.json")
    assert result.exit_code == 1
    assert (
        "NodeMetrics is here and, with other content, in a.json [schemas-differ]" in result.output
    )
    assert not (project / "apis").exists()


def test_what_is_no_document_is_told(project: Path) -> None:
    (project / "other.yaml").write_text("kind: ConfigMap\n")
    result = run("other.yaml", "--notes")
    assert result.exit_code == 1
    assert "[not-openapi]" in result.output
    assert "[nothing-to-import]" in result.output


def test_text_that_is_no_json_is_an_error_with_its_place(project: Path) -> None:
    (project / "bad.json").write_text('{"openapi": \n  oops}')
    result = run("bad.json")
    assert result.exit_code == 1
    assert "bad.json:2:3: error: not valid JSON or YAML" in result.output


def test_a_reference_that_leads_nowhere_is_told(project: Path) -> None:
    (project / "0.json").write_text(json.dumps(document({"x": held(f"{GROUP}Lost")})))
    result = run("0.json")
    assert result.exit_code == 0
    assert f"NodeMetrics.x: refers to {GROUP}Lost, which no document has" in result.output


def test_an_import_keeps_edits_and_check_says_what_would_change(project: Path) -> None:
    text = imported(project, document({"window": {"type": "string"}}))
    mine = text.replace(
        "class NodeMetrics(Object):", 'class NodeMetrics(Object):\n    """Mine."""\n'
    )
    (project / TYPES).write_text(mine)
    assert run("0.json", "--check").exit_code == 0
    newer = document({"window": {"type": "string"}, "more": {"type": "string"}})
    (project / "0.json").write_text(json.dumps(newer))
    assert run("0.json", "--check").exit_code == 1
    assert run("0.json").exit_code == 0
    assert '"""Mine."""' in (project / TYPES).read_text()
    assert "    more: str | None = None\n" in (project / TYPES).read_text()


def test_the_built_in_api_is_what_an_import_of_its_documents_leaves_it_as() -> None:
    root = Path(__file__).parents[3]
    documents, output = str(root / "kube/envtest/openapi"), "kube/api"
    result = run(documents, "--output", output, "--check", "--root", str(root))
    assert result.exit_code == 0, (
        f"{result.output}\nrun: codegen import openapi kube/envtest/openapi --output kube/api"
    )
    assert "up to date" in result.output
