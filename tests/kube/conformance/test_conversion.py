"""Conversion webhooks, on both servers: one store, several versions."""

from __future__ import annotations

import copy
import secrets

import pytest

from tests.kube.conformance.hooks import Hooks, eventually, patching, rule

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def schema(**properties):
    spec = {"type": "object", "properties": properties}
    return {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}


TEXT, NUMBER = {"type": "string"}, {"type": "integer", "minimum": 0}


@pytest.fixture(scope="module")
def hooks():
    hooks = Hooks()
    yield hooks
    hooks.close()


def convert(request):
    """v1 has `size`; v2 has `dimensions.width`."""
    converted = []
    for tree in copy.deepcopy(request["objects"]):
        spec = tree.get("spec") or {}
        if request["desiredAPIVersion"].endswith("/v2"):
            if "size" in spec:
                spec["width"] = f"{spec.pop('size')}px"
        elif "width" in spec:
            spec["size"] = int(spec.pop("width").removesuffix("px"))
        tree["apiVersion"] = request["desiredAPIVersion"]
        converted.append(tree)
    return {"convertedObjects": converted, "result": {"status": "Success"}}


@pytest.fixture
def boxes(api, hooks, namespace):
    """`boxes("v2")` is the path of a new kind's objects, whose versions a webhook converts."""
    group = f"g{secrets.token_hex(4)}.example.io"
    path = f"/{group}"
    hooks.answers[path] = convert
    client = {"url": hooks.url + path, "caBundle": hooks.ca}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"boxes.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": "Box", "plural": "boxes"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": schema(size=NUMBER, colour=TEXT),
                    "subresources": {},
                },
                {
                    "name": "v2",
                    "served": True,
                    "storage": False,
                    "schema": schema(width=TEXT, colour={"type": "string", "default": "red"}),
                    "additionalPrinterColumns": [
                        {"name": "Width", "type": "string", "jsonPath": ".spec.width"}
                    ],
                },
            ],
            "conversion": {
                "strategy": "Webhook",
                "webhook": {"clientConfig": client, "conversionReviewVersions": ["v1"]},
            },
        },
    }
    api.post(CRDS, crd).ok()
    eventually(
        lambda: api.get(namespace.path(f"{group}/v2/boxes")), lambda answer: answer.status == 200
    )

    def at(version, name=""):
        return namespace.path(f"{group}/{version}/boxes", name)

    at.group, at.webhook = group, path
    yield at
    hooks.answers[path] = convert
    api.delete(f"{CRDS}/boxes.{group}").ok()


def box(boxes, version, name="a", **spec):
    api_version = f"{boxes.group}/{version}"
    return {
        "apiVersion": api_version, "kind": "Box", "metadata": {"name": name}, "spec": spec,
    }  # fmt: skip


def test_an_object_is_shown_in_each_version_and_stored_in_one(api, boxes):
    created = api.post(boxes("v1"), box(boxes, "v1", size=3)).ok()
    found = api.get(boxes("v2", "a")).ok()
    assert found["apiVersion"] == f"{boxes.group}/v2"
    assert found["spec"] == {"width": "3px"}  # defaults are for what is written
    for member in ("uid", "resourceVersion", "creationTimestamp"):
        assert found["metadata"][member] == created["metadata"][member]
    [listed] = api.get(boxes("v2")).ok()["items"]
    assert listed["spec"] == found["spec"]


def test_an_object_may_be_created_and_changed_in_another_version(api, boxes):
    created = api.post(boxes("v2"), box(boxes, "v2", width="4px")).ok()
    assert created["spec"]["width"] == "4px"
    assert api.get(boxes("v1", "a")).ok()["spec"] == {"size": 4, "colour": "red"}
    patched = api.patch("merge", boxes("v2", "a"), {"spec": {"width": "5px"}}).ok()
    assert patched["spec"]["width"] == "5px"
    assert api.get(boxes("v1", "a")).ok()["spec"] == {"size": 5, "colour": "red"}
    patched["spec"]["width"] = "6px"
    assert api.put(boxes("v2", "a"), patched).ok()["metadata"]["generation"] == 3
    assert api.get(boxes("v1", "a")).ok()["spec"] == {"size": 6, "colour": "red"}
    assert api.put(boxes("v2", "a"), patched).status == 409
    api.delete(boxes("v2", "a")).ok()
    assert api.get(boxes("v1", "a")).status == 404


def test_a_deleted_collection_is_shown_in_the_version_that_it_was_deleted_in(api, boxes):
    api.post(boxes("v1"), box(boxes, "v1", size=3)).ok()
    deleted = api.delete(boxes("v2")).ok()
    assert [item["spec"] for item in deleted["items"]] == [{"width": "3px"}]
    assert api.get(boxes("v1")).ok()["items"] == []


def test_an_apply_in_another_version_merges_in_that_version(api, boxes):
    api.post(boxes("v1"), box(boxes, "v1", size=3), fieldManager="one").ok()
    applied = api.patch(
        "apply", boxes("v2", "a"), box(boxes, "v2", colour="blue"), fieldManager="two"
    ).ok()
    assert applied["spec"] == {"width": "3px", "colour": "blue"}
    [entry] = [e for e in applied["metadata"]["managedFields"] if e["manager"] == "two"]
    assert entry["apiVersion"] == f"{boxes.group}/v2"
    assert entry["fieldsV1"] == {"f:spec": {"f:colour": {}}}


def test_a_watch_shows_its_version_of_what_others_write(api, boxes):
    start = api.get(boxes("v2")).ok()["metadata"]["resourceVersion"]
    with api.watch(boxes("v2"), resourceVersion=start) as watch:
        api.post(boxes("v1"), box(boxes, "v1", size=3)).ok()
        api.patch("merge", boxes("v1", "a"), {"spec": {"size": 4}}).ok()
        api.delete(boxes("v1", "a")).ok()
        seen = [(kind, tree["apiVersion"], tree["spec"]["width"]) for kind, tree in watch.take(3)]
    version = f"{boxes.group}/v2"
    assert seen == [
        ("ADDED", version, "3px"),
        ("MODIFIED", version, "4px"),
        ("DELETED", version, "4px"),
    ]


def test_a_table_shows_the_columns_of_its_version(api, boxes):
    api.post(boxes("v1"), box(boxes, "v1", size=3)).ok()
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
    table = api.request("GET", boxes("v2"), accept=accept).ok()
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Width"]
    assert [row["cells"] for row in table["rows"]] == [["a", "3px"]]


def test_what_a_version_forbids_is_refused_there(api, boxes):
    refused = api.post(boxes("v1"), box(boxes, "v1", size=-1))
    assert refused.status == 422
    assert refused.causes()[0][1] == "spec.size"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            lambda request: {"result": {"status": "Failed", "message": "cannot"}},
            "conversion webhook for {}/v1, Kind=Box failed: cannot",
        ),
        (
            lambda request: {"convertedObjects": [], "result": {"status": "Success"}},
            "conversion webhook for {}/v1, Kind=Box returned 0 objects, expected 1",
        ),
        (
            lambda request: {
                "convertedObjects": request["objects"],
                "result": {"status": "Success"},
            },
            "conversion webhook for {0}/v1, Kind=Box returned invalid object at index 0: "
            "invalid groupVersion (expected {0}/v2, received {0}/v1)",
        ),
    ],
    ids=["failed", "too few", "not converted"],
)
def test_a_conversion_that_fails_refuses_that_version_and_no_other(
    api, boxes, hooks, answer, message
):
    api.post(boxes("v1"), box(boxes, "v1", size=3)).ok()
    hooks.answers[boxes.webhook] = answer
    refused = api.get(boxes("v2", "a"))
    assert (refused.status, refused.body["message"]) == (500, message.format(boxes.group))
    assert api.get(boxes("v1", "a")).status == 200


def test_a_webhook_for_one_version_is_asked_in_that_version(api, boxes, hooks):
    """matchPolicy Equivalent: the object is converted for it, and its patch is converted back."""
    name, seen = f"test-{secrets.token_hex(4)}", []
    path = f"/{name}"
    patch = patching({"op": "replace", "path": "/spec/width", "value": "9px"})

    def answer(request):
        seen.append((request["kind"]["version"], request["requestKind"]["version"]))
        assert request["object"]["apiVersion"] == f"{boxes.group}/v2"
        return patch(request)

    hooks.answers[path] = answer
    webhook = {
        "name": "w.example.com",
        "clientConfig": {"url": hooks.url + path, "caBundle": hooks.ca},
        "rules": [rule(["CREATE"], ["boxes"], [boxes.group], ["v2"])],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    configurations = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
    api.post(configurations, {"metadata": {"name": name}, "webhooks": [webhook]}).ok()

    def create():
        return api.post(boxes("v1"), box(boxes, "v1", f"a-{secrets.token_hex(4)}", size=3)).ok()

    found = eventually(create, lambda _: seen)
    api.delete(f"{configurations}/{name}").ok()
    assert found["spec"] == {"size": 9, "colour": "red"}
    assert seen[0] == ("v2", "v1")


def convert_by(api, hooks, boxes, service, **reference):
    """Let the versions of boxes be converted by a Service."""
    reference = {"namespace": "default", "name": service, "path": boxes.webhook, **reference}
    client = {"url": None, "service": reference, "caBundle": hooks.ca}
    change = {"spec": {"conversion": {"webhook": {"clientConfig": client}}}}
    api.patch("merge", f"{CRDS}/boxes.{boxes.group}", change).ok()


def test_a_service_may_convert(api, boxes, hooks):
    name, services = f"convert-{secrets.token_hex(4)}", "/api/v1/namespaces/default/services"
    spec = {"type": "ExternalName", "externalName": "localhost"}
    api.post(services, {"metadata": {"name": name}, "spec": spec}).ok()
    api.post(boxes("v1"), box(boxes, "v1", size=3)).ok()
    convert_by(api, hooks, boxes, name, port=hooks.port)

    def show():
        hooks.hosts.clear()
        return api.get(boxes("v2", "a"))

    host = f"{name}.default.svc:{hooks.port}"
    answer = eventually(show, lambda answer: answer.status == 200 and host in hooks.hosts)
    assert answer.ok()["spec"] == {"width": "3px"}
    api.delete(f"{services}/{name}").ok()


def test_a_conversion_by_a_missing_service_fails_and_says_so(api, boxes, hooks):
    api.post(boxes("v1"), box(boxes, "v1", size=3)).ok()
    convert_by(api, hooks, boxes, "nowhere")
    refused = eventually(lambda: api.get(boxes("v2", "a")), lambda answer: answer.status == 500)
    assert refused.body["message"] == (
        f"conversion webhook for {boxes.group}/v1, Kind=Box failed: Post "
        f'"https://nowhere.default.svc:443{boxes.webhook}?timeout=30s": service "nowhere" not found'
    )
