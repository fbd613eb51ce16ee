"""Tables, discovery and OpenAPI: what kubectl and clients without types read."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.kube.conformance.api import Api, names
from tests.kube.conformance.conftest import configmap, widget

DOCUMENTS = Path(__file__).parents[3] / "kube" / "envtest" / "openapi"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


def test_a_table_has_the_columns_of_the_definition(api, widgets):
    api.post(widgets, widget("a", size=3, color="red", replicas=2)).ok()
    table = api.get(widgets, accept=TABLE).ok()
    assert (table["kind"], table["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    columns = [(c["name"], c["type"], c["priority"]) for c in table["columnDefinitions"]]
    assert columns == [
        ("Name", "string", 0),
        ("Size", "integer", 0),
        ("Color", "string", 0),
        ("Replicas", "integer", 1),
        ("Age", "date", 0),
    ]
    described = {c["name"]: c["description"] for c in table["columnDefinitions"]}
    assert described["Size"] == "How large it is."
    assert described["Color"] == (
        "Custom resource definition column (in JSONPath format): .spec.color"
    )
    (row,) = table["rows"]
    assert row["cells"][:4] == ["a", 3, "red", 2]
    assert row["cells"][4].endswith("s")
    assert row["object"]["kind"] == "PartialObjectMetadata"
    assert row["object"]["metadata"]["name"] == "a"
    assert "spec" not in row["object"]


def test_a_table_shows_what_is_missing_as_nothing(api, widgets):
    api.post(widgets, widget("a")).ok()
    (row,) = api.get(widgets, accept=TABLE).ok()["rows"]
    assert row["cells"][:4] == ["a", 1, None, None]


def test_a_definition_without_columns_shows_age(api, namespace):
    gizmo = {
        "apiVersion": "example.io/v1", "kind": "Gizmo",
        "metadata": {"name": namespace.name}, "spec": {"model": "x"},
    }  # fmt: skip
    api.post("/apis/example.io/v1/gizmos", gizmo).ok()
    table = api.get(f"/apis/example.io/v1/gizmos/{namespace.name}", accept=TABLE).ok()
    assert [c["name"] for c in table["columnDefinitions"]] == ["Name", "Age"]
    assert table["rows"][0]["cells"][0] == namespace.name


def test_rows_carry_the_object_or_nothing_where_asked(api, widgets):
    api.post(widgets, widget("a")).ok()
    (row,) = api.get(widgets, accept=TABLE, includeObject="Object").ok()["rows"]
    assert row["object"]["spec"]["size"] == 1
    (row,) = api.get(widgets, accept=TABLE, includeObject="None").ok()["rows"]
    assert row["object"] is None


def test_built_in_kinds_have_the_columns_that_kubectl_shows(api, namespace, configmaps):
    api.post(configmaps, configmap("a", x="1", y="2")).ok()
    table = api.get(configmaps, accept=TABLE).ok()
    assert [c["name"] for c in table["columnDefinitions"]] == ["Name", "Data", "Age"]
    assert table["rows"][0]["cells"][:2] == ["a", 2]
    api.post(namespace.path("secrets"), {"metadata": {"name": "s"}, "stringData": {"k": "v"}}).ok()
    table = api.get(namespace.path("secrets"), accept=TABLE).ok()
    assert [c["name"] for c in table["columnDefinitions"]] == ["Name", "Type", "Data", "Age"]
    assert table["rows"][0]["cells"][:3] == ["s", "Opaque", 1]
    table = api.get(f"/api/v1/namespaces/{namespace.name}", accept=TABLE).ok()
    assert [c["name"] for c in table["columnDefinitions"]] == ["Name", "Status", "Age"]
    assert table["rows"][0]["cells"][:2] == [namespace.name, "Active"]


def test_a_client_that_would_rather_have_a_table_but_takes_json_gets_the_table(api, configmaps):
    found = api.get(configmaps, accept=f"{TABLE},application/json").ok()
    assert found["kind"] == "Table"
    found = api.get(configmaps, accept="application/json;as=Nonsense,application/json").ok()
    assert found["kind"] == "ConfigMapList"


def test_metadata_alone_may_be_asked_for(api, widgets):
    made = api.post(widgets, widget("a")).ok()
    found = api.get(f"{widgets}/a", accept=METADATA).ok()
    assert found == {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": made["metadata"],
    }
    listed = api.get(widgets, accept=METADATA_LIST).ok()
    assert listed["kind"] == "PartialObjectMetadataList"
    assert names(listed) == ["a"]


def test_metadata_of_one_object_and_of_a_list_are_different_forms(api, widgets):
    api.post(widgets, widget("a")).ok()
    one = api.get(f"{widgets}/a", accept=METADATA_LIST)
    assert (one.status, one.body["message"]) == (500, "content is not a list")
    many = api.get(widgets, accept=METADATA)
    assert (many.status, many.body["reason"], many.body["message"]) == (
        406,
        "NotAcceptable",
        "you requested PartialObjectMetadata, but the requested object is a list "
        "(*unstructured.UnstructuredList)",
    )
    one = api.get("/api/v1/namespaces/default", accept=METADATA_LIST)
    assert (one.status, one.body["message"]) == (
        406,
        "you requested PartialObjectMetadataList, but the requested object is not a list "
        "(*core.Namespace)",
    )
    many = api.get("/api/v1/namespaces/default/configmaps", accept=METADATA)
    assert (many.status, many.body["message"]) == (
        406,
        "you requested PartialObjectMetadata, but the requested object is a list "
        "(*core.ConfigMapList)",
    )


def test_the_events_of_a_watch_are_single_objects_in_metadata_too(api, widgets):
    api.post(widgets, widget("a")).ok()
    with api.watch(widgets, accept=METADATA) as watch:
        assert watch.next()[1]["kind"] == "PartialObjectMetadata"
    with api.watch(widgets, accept=METADATA_LIST) as watch, pytest.raises(StopIteration):
        watch.next()


def test_the_versions_of_the_core_group_are_listed(api):
    found = api.get("/api").ok()
    assert found["kind"] == "APIVersions"
    assert found["versions"] == ["v1"]


def test_groups_are_listed_with_their_preferred_versions(api):
    found = api.get("/apis").ok()
    assert (found["kind"], found["apiVersion"]) == ("APIGroupList", "v1")
    groups = {group["name"]: group for group in found["groups"]}
    assert "apiextensions.k8s.io" in groups
    assert groups["example.io"] == {
        "name": "example.io",
        "versions": [
            {"groupVersion": "example.io/v1", "version": "v1"},
            {"groupVersion": "example.io/v1beta1", "version": "v1beta1"},
        ],
        "preferredVersion": {"groupVersion": "example.io/v1", "version": "v1"},
    }
    alone = api.get("/apis/example.io").ok()
    assert alone == {"kind": "APIGroup", "apiVersion": "v1", **groups["example.io"]}


def test_the_resources_of_a_group_are_described(api):
    found = api.get("/apis/example.io/v1").ok()
    assert (found["kind"], found["groupVersion"]) == ("APIResourceList", "example.io/v1")
    resources = {each["name"]: each for each in found["resources"]}
    storage = resources["widgets"].pop("storageVersionHash")
    assert storage
    resources["widgets"]["verbs"].sort()
    assert resources["widgets"] == {
        "name": "widgets",
        "singularName": "widget",
        "namespaced": True,
        "kind": "Widget",
        "verbs": [
            "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
        ],
        "shortNames": ["wd"],
        "categories": ["all"],
    }  # fmt: skip
    assert resources["widgets/status"] == {
        "name": "widgets/status",
        "singularName": "",
        "namespaced": True,
        "kind": "Widget",
        "verbs": ["get", "patch", "update"],
    }
    assert resources["widgets/scale"] == {
        "name": "widgets/scale",
        "singularName": "",
        "namespaced": True,
        "group": "autoscaling",
        "version": "v1",
        "kind": "Scale",
        "verbs": ["get", "patch", "update"],
    }
    assert resources["gizmos"]["namespaced"] is False


@pytest.mark.parametrize(
    "plural", ["configmaps", "secrets", "namespaces", "namespaces/status", "namespaces/finalize"]
)
def test_built_in_resources_are_described(api, plural):
    found = api.get("/api/v1").ok()
    resource = next(each for each in found["resources"] if each["name"] == plural)
    verbs = {
        "namespaces": ["create", "delete", "get", "list", "patch", "update", "watch"],
        "namespaces/status": ["get", "patch", "update"],
        "namespaces/finalize": ["update"],
    }.get(
        plural,
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    )
    assert sorted(resource["verbs"]) == verbs


def test_everything_is_discovered_in_one_request(api):
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    found = api.get("/apis", accept=accept)
    assert found.headers["content-type"] == accept
    assert (found.body["kind"], found.body["apiVersion"]) == (
        "APIGroupDiscoveryList", "apidiscovery.k8s.io/v2",
    )  # fmt: skip
    group = next(i for i in found.body["items"] if i["metadata"]["name"] == "example.io")
    assert [version["version"] for version in group["versions"]] == ["v1", "v1beta1"]
    resources = {each["resource"]: each for each in group["versions"][0]["resources"]}
    widgets = resources["widgets"]
    assert widgets["responseKind"] == {"group": "example.io", "version": "v1", "kind": "Widget"}
    assert widgets["scope"] == "Namespaced"
    assert widgets["singularResource"] == "widget"
    assert widgets["shortNames"] == ["wd"]
    assert {each["subresource"] for each in widgets["subresources"]} == {"status", "scale"}
    core = api.get("/api", accept=accept).ok()
    assert any(
        each["resource"] == "configmaps"
        for item in core["items"] for version in item["versions"] for each in version["resources"]
    )  # fmt: skip


def test_the_version_is_told(api):
    found = api.get("/version").ok()
    assert found["major"] == "1"
    assert found["gitVersion"].startswith("v1.")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/livez"])
def test_the_server_says_that_it_is_well(api, path):
    answer = api.get(path)
    assert (answer.status, answer.body) == (200, "ok")


def test_openapi_lists_the_documents_of_each_group(api):
    paths = api.get("/openapi/v3").ok()["paths"]
    for each in ("api/v1", "apis/example.io/v1", "apis/apiextensions.k8s.io/v1"):
        assert paths[each]["serverRelativeURL"].startswith(f"/openapi/v3/{each}")


def test_openapi_describes_a_custom_resource(api):
    document = api.get("/openapi/v3/apis/example.io/v1").ok()
    schema = document["components"]["schemas"]["io.example.v1.Widget"]
    assert schema["description"] == "Widget is a thing to test with."
    assert schema["x-kubernetes-group-version-kind"] == [
        {"group": "example.io", "version": "v1", "kind": "Widget"}
    ]
    size = schema["properties"]["spec"]["properties"]["size"]
    assert size["description"] == "Size in meters."
    assert (size["type"], size["format"], size["default"]) == ("integer", "int32", 1)
    assert "apiVersion" in schema["properties"]
    (reference,) = schema["properties"]["metadata"]["allOf"]
    assert reference["$ref"].endswith("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    paths = document["paths"]
    assert "get" in paths["/apis/example.io/v1/namespaces/{namespace}/widgets/{name}"]


def test_openapi_describes_a_built_in_kind(api):
    document = api.get("/openapi/v3/api/v1").ok()
    schema = document["components"]["schemas"]["io.k8s.api.core.v1.ConfigMap"]
    assert schema["description"] == "ConfigMap holds configuration data for pods to consume."
    assert {"data", "binaryData", "immutable", "metadata"} <= set(schema["properties"])
    assert schema["properties"]["immutable"]["description"].startswith("Immutable, if set to true,")


@pytest.mark.parametrize("path", [p.stem.replace("__", "/") for p in DOCUMENTS.glob("*.json")])
def test_openapi_describes_built_in_kinds_as_a_real_server_does(environments, path):
    """Schemas and descriptions; paths have the operations that the embedded server serves."""
    with ExitStack() as stack:
        embedded, real = (
            stack.enter_context(closing(Api(environments(name).config)))
            for name in ("embedded", "real")
        )
        found = embedded.get(f"/openapi/v3/{path}").ok()["components"]["schemas"]
        assert found == real.get(f"/openapi/v3/{path}").ok()["components"]["schemas"]


@pytest.mark.parametrize(
    "path",
    [
        "/api", "/apis", "/api/v1", "/apis/apps/v1", "/version", "/healthz", "/openapi/v3",
        "/openapi/v2", "/openapi/v3/api/v1", "/nothing", "/api/v1/namespaces",
        "/api/v1/namespaces/nobody", "/api/v1/nobodies",
    ],
)  # fmt: skip
def test_no_answer_may_be_kept_without_asking_again(api, path):
    """kubectl keeps answers on disk, and would not ask again a server whose clock is ahead."""
    assert api.get(path).headers["cache-control"] == "no-cache, private"
