"""Creating, reading, changing and deleting single objects."""

from __future__ import annotations

from typing import Any

import pytest

from kube.client.transport import Request
from kube.envtest import Server, WatchStream
from kube.runtime.clock import ManualClock
from tests.kube.envtest.api import JSON_PATCH, NAMESPACES, WIDGETS, Client, names, widget


def test_a_created_object_gets_what_only_the_server_knows(client: Client) -> None:
    created = client.create(WIDGETS, widget("a"))
    metadata = created.body["metadata"]
    assert created.status == 201
    assert metadata["namespace"] == "default"
    assert metadata["generation"] == 1
    assert metadata["uid"]
    assert metadata["resourceVersion"]
    assert metadata["creationTimestamp"].endswith("Z")
    assert client.get(f"{WIDGETS}/a").text == created.text


def test_the_same_name_twice_is_a_conflict(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    again = client.create(WIDGETS, widget("a"))
    assert (again.status, again.body["reason"]) == (409, "AlreadyExists")
    assert again.message == 'widgets.example.com "a" already exists'


def test_what_is_not_there_is_not_found_by_name(client: Client) -> None:
    missing = client.get(f"{WIDGETS}/a")
    assert missing.status == 404
    assert missing.message == 'widgets.example.com "a" not found'
    assert missing.body["details"] == {"group": "example.com", "kind": "widgets", "name": "a"}


def test_a_kind_that_nobody_serves_is_a_plain_404(client: Client) -> None:
    assert client.get("/apis/example.com/v1/gizmos").text == b"404 page not found\n"
    assert client.get("/apis/other.io/v1/gizmos").text == b"404 page not found\n"
    assert (
        client.get("/api/v1/gizmos").message == "the server could not find the requested resource"
    )


def test_generate_name_makes_a_name_that_is_free(client: Client) -> None:
    body = widget("")
    body["metadata"] = {"generateName": "w-"}
    made = {client.create(WIDGETS, body).body["metadata"]["name"] for _ in range(20)}
    assert len(made) == 20
    assert all(name.startswith("w-") and len(name) == 7 for name in made)


@pytest.mark.parametrize(
    ("metadata", "field", "message"),
    [
        ({}, "metadata.name", "Required value: name or generateName is required"),
        (
            {"name": "A_b"},
            "metadata.name",
            'Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of',
        ),
        ({"name": "a", "labels": {"x": "a b"}}, "metadata.labels", 'Invalid value: "a b": a valid'),
    ],
)
def test_bad_metadata_is_refused_with_its_path(
    client: Client, metadata: dict[str, object], field: str, message: str
) -> None:
    refused = client.create(WIDGETS, {**widget(), "metadata": metadata})
    assert refused.status == 422
    assert refused.causes[0][0] == field
    assert refused.causes[0][1].startswith(message)


def test_metadata_of_a_wrong_type_is_a_bad_request(client: Client) -> None:
    refused = client.create(WIDGETS, {**widget(), "metadata": {"name": 3}})
    assert refused.status == 400
    assert refused.message == (
        'Widget in version "v1" cannot be handled as a Widget: json: cannot unmarshal number into '
        "Go struct field ObjectMeta.name of type string"
    )


def test_a_namespace_must_be_there_unless_the_server_does_not_mind(client: Client) -> None:
    path = WIDGETS.replace("default", "nowhere")
    assert client.create(path, widget()).message == 'namespaces "nowhere" not found'
    client.server.require_namespaces = False
    assert client.create(path, widget()).status == 201


def test_the_namespace_in_the_body_must_be_that_of_the_path(client: Client) -> None:
    refused = client.create(WIDGETS, {**widget(), "metadata": {"name": "a", "namespace": "b"}})
    assert refused.status == 400
    assert "does not match the namespace sent on the request" in refused.message


def test_an_update_from_an_old_version_is_a_conflict(client: Client) -> None:
    first = client.create(WIDGETS, widget()).body
    first["spec"]["mode"] = "b"
    assert client.update(f"{WIDGETS}/a", first).status == 200
    again = client.update(f"{WIDGETS}/a", first)
    assert (again.status, again.body["reason"]) == (409, "Conflict")
    assert again.message == (
        'Operation cannot be fulfilled on widgets.example.com "a": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )


def test_a_custom_resource_is_not_updated_without_a_version(client: Client) -> None:
    client.create(WIDGETS, widget())
    refused = client.update(f"{WIDGETS}/a", widget())
    assert refused.message == (
        'widgets.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be '
        "specified for an update"
    )


def test_an_update_that_changes_nothing_keeps_the_version(client: Client) -> None:
    first = client.create(WIDGETS, widget())
    assert client.update(f"{WIDGETS}/a", first.body).text == first.text
    assert client.patch(f"{WIDGETS}/a", {"spec": {"mode": "a"}}).text == first.text


def test_the_generation_counts_changes_of_the_spec_only(client: Client) -> None:
    client.create(WIDGETS, widget())

    def generation(change: dict[str, object], path: str = f"{WIDGETS}/a") -> int:
        return int(client.patch(path, change).body["metadata"]["generation"])

    assert generation({"metadata": {"labels": {"a": "b"}}}) == 1
    assert generation({"status": {"phase": "x"}}, f"{WIDGETS}/a/status") == 1
    assert generation({"spec": {"size": 5}}) == 2


def test_the_status_changes_only_through_its_subresource(client: Client) -> None:
    assert "status" not in client.create(WIDGETS, {**widget(), "status": {"phase": "x"}}).body
    current = client.get(f"{WIDGETS}/a").body
    current["status"] = {"phase": "new"}
    current["spec"]["mode"] = "b"
    current["metadata"]["labels"] = {"a": "b"}
    written = client.update(f"{WIDGETS}/a/status", current).body
    assert written["status"] == {"phase": "new"}
    assert written["spec"]["mode"] == "a"
    assert "labels" not in written["metadata"]
    kept = client.patch(f"{WIDGETS}/a", {"status": None, "spec": {"mode": "b"}}).body
    assert kept["status"] == {"phase": "new"}


def test_scale_reads_and_writes_the_replicas(client: Client) -> None:
    client.create(WIDGETS, widget(replicas=2))
    scale = client.get(f"{WIDGETS}/a/scale").body
    assert (scale["kind"], scale["spec"], scale["status"]) == (
        "Scale",
        {"replicas": 2},
        {"replicas": 0},
    )
    client.patch(f"{WIDGETS}/a/scale", {"spec": {"replicas": 5}})
    assert client.get(f"{WIDGETS}/a").body["spec"]["replicas"] == 5
    scale["spec"]["replicas"] = -1
    del scale["metadata"]["resourceVersion"]
    assert client.update(f"{WIDGETS}/a/scale", scale).causes == [
        (".spec.replicas", "Invalid value: -1: should be a non-negative integer")
    ]


def test_a_finalizer_holds_an_object_until_it_is_taken_off(client: Client) -> None:
    body = widget()
    body["metadata"]["finalizers"] = ["example.com/hold"]
    client.create(WIDGETS, body)
    held = client.delete(f"{WIDGETS}/a").body
    assert held["metadata"]["deletionTimestamp"]
    assert held["metadata"]["deletionGracePeriodSeconds"] == 0
    assert held["metadata"]["generation"] == 2
    more = client.patch(f"{WIDGETS}/a", {"metadata": {"finalizers": ["example.com/hold", "x/y"]}})
    assert more.causes[0][0] == "metadata.finalizers"
    assert client.patch(f"{WIDGETS}/a", {"metadata": {"finalizers": None}}).status == 200
    assert client.get(f"{WIDGETS}/a").status == 404


def test_a_deletion_says_what_it_deleted(client: Client) -> None:
    uid = client.create(WIDGETS, widget()).body["metadata"]["uid"]
    deleted = client.delete(f"{WIDGETS}/a").body
    assert deleted["status"] == "Success"
    assert deleted["details"] == {
        "name": "a",
        "group": "example.com",
        "kind": "widgets",
        "uid": uid,
    }


def test_preconditions_guard_a_deletion(client: Client) -> None:
    created = client.create(WIDGETS, widget()).body["metadata"]
    refused = client.delete(f"{WIDGETS}/a", {"preconditions": {"uid": "other"}})
    assert refused.status == 409
    assert "the UID in the precondition (other) does not match the UID in record" in refused.message
    right = {"uid": created["uid"], "resourceVersion": created["resourceVersion"]}
    assert client.delete(f"{WIDGETS}/a", {"preconditions": right}).status == 200


@pytest.mark.parametrize(
    ("policy", "finalizer"), [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")]
)
def test_a_propagation_policy_leaves_its_finalizer(
    client: Client, policy: str, finalizer: str
) -> None:
    client.create(WIDGETS, widget())
    held = client.delete(f"{WIDGETS}/a", {"propagationPolicy": policy}).body
    assert held["metadata"]["finalizers"] == [finalizer]


def test_a_dry_run_answers_and_stores_nothing(client: Client) -> None:
    assert client.create(WIDGETS, widget(), dryRun="All").status == 201
    assert client.get(f"{WIDGETS}/a").status == 404
    client.create(WIDGETS, widget())
    changed = client.patch(f"{WIDGETS}/a", {"spec": {"size": 7}}, dryRun="All")
    assert changed.body["spec"]["size"] == 7
    assert client.delete(f"{WIDGETS}/a", dryRun="All").status == 200
    assert client.get(f"{WIDGETS}/a").body["spec"]["size"] == 3


def test_a_json_patch_that_fails_changes_nothing(client: Client) -> None:
    before = client.create(WIDGETS, widget()).text
    operations = [
        {"op": "replace", "path": "/spec/size", "value": 7},
        {"op": "test", "path": "/spec/mode", "value": "other"},
    ]
    refused = client.patch(f"{WIDGETS}/a", operations, JSON_PATCH)
    assert (refused.status, refused.body["reason"]) == (422, "Invalid")
    assert client.get(f"{WIDGETS}/a").text == before


def test_custom_resources_refuse_strategic_merge_patches(client: Client) -> None:
    client.create(WIDGETS, widget())
    refused = client.patch(f"{WIDGETS}/a", {}, "application/strategic-merge-patch+json")
    assert refused.status == 415
    assert refused.message.startswith("the body of the request was in an unknown format - accepted")


def test_deletecollection_deletes_what_the_selector_means(client: Client) -> None:
    for name in ("a", "b", "c"):
        body = widget(name)
        body["metadata"]["labels"] = {"keep": "yes" if name == "b" else "no"}
        client.create(WIDGETS, body)
    deleted = client.delete(WIDGETS, labelSelector="keep!=yes").body
    assert [item["metadata"]["name"] for item in deleted["items"]] == ["a", "c"]
    left = client.get(WIDGETS).body["items"]
    assert [item["metadata"]["name"] for item in left] == ["b"]


def test_yaml_bodies_are_understood(client: Client) -> None:
    text = b"apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: on}\nspec: {mode: a}\n"
    created = client.send("POST", WIDGETS, text, content_type="application/yaml")
    assert created.body["metadata"]["name"] == "on"


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"{}"])
def test_a_body_that_is_no_object_is_a_bad_request(client: Client, body: bytes) -> None:
    refused = client.send("POST", WIDGETS, body, content_type="application/json")
    assert refused.status == 400
    assert refused.message.startswith("the object provided is unrecognized")


def test_a_deleted_namespace_waits_for_its_finalizer(client: Client) -> None:
    client.create(NAMESPACES, {"metadata": {"name": "team"}})
    assert client.delete(f"{NAMESPACES}/team").body["status"]["phase"] == "Terminating"
    refused = client.create(WIDGETS.replace("default", "team"), widget())
    assert refused.status == 403
    assert "because it is being terminated" in refused.message
    client.update(f"{NAMESPACES}/team/finalize", {"metadata": {"name": "team"}, "spec": {}})
    assert client.get(f"{NAMESPACES}/team").status == 404


def test_an_event_is_the_same_object_in_both_groups(client: Client) -> None:
    event = {"metadata": {"name": "e"}, "involvedObject": {"name": "a"}, "message": "hello"}
    client.create("/api/v1/namespaces/default/events", event)
    other = client.get("/apis/events.k8s.io/v1/namespaces/default/events/e").body
    assert (other["regarding"], other["note"]) == ({"name": "a"}, "hello")
    found = client.get("/api/v1/events", fieldSelector="involvedObject.name=a").body
    assert len(found["items"]) == 1


def test_loaded_objects_keep_their_status_and_metadata(server: Server, client: Client) -> None:
    seeded = {**widget("a"), "status": {"phase": "old"}}
    seeded["metadata"] |= {
        "namespace": "default",
        "uid": "fixed",
        "finalizers": ["x/y"],
        "deletionTimestamp": "2020-01-01T00:00:00Z",
    }
    server.load([seeded])
    found = client.get(f"{WIDGETS}/a").body
    assert found["status"] == {"phase": "old"}
    assert found["metadata"]["uid"] == "fixed"
    assert found["metadata"]["deletionTimestamp"] == "2020-01-01T00:00:00Z"


def test_a_truth_value_in_the_place_of_a_number_is_a_change(client: Client) -> None:
    created = client.create(WIDGETS, widget("a", free={"deep": [{"on": 1}]})).body
    created["spec"]["free"] = {"deep": [{"on": True}]}
    updated = client.send("PUT", f"{WIDGETS}/a", created, query={"fieldManager": "other"}).body
    assert updated["spec"]["free"]["deep"][0]["on"] is True
    assert updated["metadata"]["generation"] == 2
    assert "other" in {entry["manager"] for entry in updated["metadata"]["managedFields"]}
    again = client.send("PUT", f"{WIDGETS}/a", updated, query={"fieldManager": "other"}).body
    assert again == updated


def test_a_token_expires_by_the_clock_of_the_server() -> None:
    clock = ManualClock()
    client = Client(Server(now=clock.now, monotonic=clock.monotonic))
    accounts = f"{NAMESPACES}/default/serviceaccounts"
    client.create(accounts, {"metadata": {"name": "robot"}})
    body = {"spec": {"expirationSeconds": 600}}
    token = client.create(f"{accounts}/robot/token", body).body["status"]["token"]

    def review() -> Any:
        path = "/apis/authentication.k8s.io/v1/tokenreviews"
        return client.create(path, {"spec": {"token": token}}).body["status"]

    clock.advance(599)
    assert review()["authenticated"] is True
    clock.advance(1)
    assert review()["error"] == "[invalid bearer token, service account token has expired]"


def test_the_deprecated_path_of_a_watch_is_served(client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    client.create(WIDGETS, widget("b"))
    for path, seen in (
        ("/apis/example.com/v1/watch/widgets", ["a", "b"]),
        ("/apis/example.com/v1/watch/namespaces/default/widgets", ["a", "b"]),
        ("/apis/example.com/v1/watch/namespaces/default/widgets/b", ["b"]),
    ):
        watch = client.server.handle(Request("GET", path, [], {}))
        assert isinstance(watch, WatchStream)
        assert [name for _, name in names(watch)] == seen
        watch.close()
    answer = client.send("POST", "/api/v1/watch/namespaces/default/configmaps", {})
    assert answer.status == 405


def test_a_deprecated_kind_warns(client: Client) -> None:
    answer = client.get("/api/v1/endpoints")
    assert answer.headers["warning"] == (
        '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    )


def test_a_scale_has_a_table(client: Client) -> None:
    client.create(WIDGETS, widget("a", replicas=2))
    answer = client.send(
        "GET", f"{WIDGETS}/a/scale", accept="application/json;as=Table;v=v1;g=meta.k8s.io"
    )
    columns = [column["name"] for column in answer.body["columnDefinitions"]]
    assert columns == ["Name", "Desired", "Available", "Age"]
    assert answer.body["rows"][0]["cells"][:3] == ["a", 2, 0]


def test_documents_say_that_patches_take_field_validation(client: Client) -> None:
    document = client.get("/openapi/v3/apis/apps/v1").body
    item = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]
    assert "fieldValidation" in [parameter["name"] for parameter in item["patch"]["parameters"]]


def test_a_quota_without_a_status_limits_nothing(client: Client) -> None:
    quotas = "/api/v1/namespaces/default/resourcequotas"
    maps = "/api/v1/namespaces/default/configmaps"
    hard = {"count/configmaps": "0"}
    client.create(quotas, {"metadata": {"name": "none"}, "spec": {"hard": hard}})
    assert client.create(maps, {"metadata": {"name": "a"}}).status == 201
    client.patch(f"{quotas}/none/status", {"status": {"hard": hard}})
    answer = client.create(maps, {"metadata": {"name": "b"}})
    assert answer.message == (
        'configmaps "b" is forbidden: status unknown for quota: none, resources: count/configmaps'
    )
    client.patch(f"{quotas}/none/status", {"status": {"used": {"count/configmaps": "0"}}})
    assert "exceeded quota: none" in client.create(maps, {"metadata": {"name": "b"}}).message


def test_config_maps_have_a_size_that_is_told_of_the_whole(client: Client) -> None:
    body = {"metadata": {"name": "a"}, "data": {"a": "x" * 1_048_577}}
    answer = client.create("/api/v1/namespaces/default/configmaps", body)
    assert answer.causes == [("[]", "Too long: may not be more than 1048576 bytes")]


def test_a_pod_is_checked_by_the_rules_of_its_place() -> None:
    """A specification that was right in one place is not taken for right in another."""
    client = Client(Server())
    spec = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "nginx"}]}
    pod = {"metadata": {"name": "a"}, "spec": spec}
    assert client.create("/api/v1/namespaces/default/pods", pod).status == 201
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    deployment = {"selector": {"matchLabels": labels}, "template": template}
    body = {"metadata": {"name": "a"}, "spec": deployment}
    refused = client.create("/apis/apps/v1/namespaces/default/deployments", body)
    assert [where for where, _ in refused.causes] == ["spec.template.spec.restartPolicy"]
    doubled = {**spec, "containers": spec["containers"] * 2}
    for name in ("c", "d"):
        again = {"metadata": {"name": name}, "spec": doubled}
        refused = client.create("/api/v1/namespaces/default/pods", again)
        assert [where for where, _ in refused.causes] == ["spec.containers[1].name"]
