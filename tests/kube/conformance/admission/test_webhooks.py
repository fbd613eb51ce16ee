"""Admission webhooks, on both servers: who is asked, in which order, and what answers do."""

from __future__ import annotations

import base64
import secrets
import threading

import pytest

from tests.kube.conformance.hooks import GROUP, configmap, deny, eventually, patching, rule

REMOVAL = base64.b64encode(b'[{"op":"remove","path":"/metadata/labels"}]').decode()


# Validating


def test_a_webhook_that_denies_is_told_with_its_message_and_code(register, denied):
    register("Validating", {"deny": {"answer": deny("not today", code=403, reason="Forbidden")}})
    assert denied().refusal() == (
        403,
        "Forbidden",
        'admission webhook "deny.example.com" denied the request: not today',
    )


@pytest.mark.parametrize(
    ("status", "code", "reason", "message"),
    [
        (None, 400, "", " without explanation"),
        ({"code": 200, "message": "hm"}, 400, "", ": hm"),
        ({"reason": "Why"}, 400, "Why", ": Why"),
        ({"code": 422, "message": "bad"}, 422, "", ": bad"),
    ],
)
def test_a_denial_that_says_little_is_completed(register, denied, status, code, reason, message):
    answer = {"allowed": False} if status is None else {"allowed": False, "status": status}
    register("Validating", {"deny": {"answer": lambda request: answer}})
    refused = denied()
    told = f'admission webhook "deny.example.com" denied the request{message}'
    assert refused.refusal() == (code, reason, told)


def test_what_a_webhook_is_asked(api, register, hooks, configmaps, namespace):
    [path] = register("Validating", {"see": {}})
    created = eventually(
        lambda: api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}", data={"k": "v"})).ok(),
        lambda _: hooks.asked,
    )
    name = created["metadata"]["name"]
    hooks.asked.clear()
    api.put(f"{configmaps}/{name}", {**created, "data": {"k": "w"}}, fieldManager="m").ok()
    api.patch("merge", f"{configmaps}/{name}", {"data": {"k": "x"}}, dryRun="All").ok()
    api.delete(f"{configmaps}/{name}").ok()
    update, patch, delete = (request for at, request in hooks.asked if at == path)
    gvk = {"group": "", "version": "v1", "kind": "ConfigMap"}
    gvr = {"group": "", "version": "v1", "resource": "configmaps"}
    for request in (update, patch, delete):
        assert request["kind"] == request["requestKind"] == gvk
        assert request["resource"] == request["requestResource"] == gvr
        assert request["name"] == name
        assert request["namespace"] == namespace.name
        assert request["userInfo"]["username"] == "admin"
    assert (update["operation"], update["dryRun"]) == ("UPDATE", False)
    assert update["object"]["data"] == {"k": "w"}
    assert update["oldObject"]["data"] == {"k": "v"}
    assert update["object"]["kind"] == "ConfigMap"
    assert update["options"] == {
        "kind": "UpdateOptions",
        "apiVersion": "meta.k8s.io/v1",
        "fieldManager": "m",
    }
    assert (patch["operation"], patch["dryRun"]) == ("UPDATE", True)
    assert patch["options"]["kind"] == "UpdateOptions"
    assert patch["options"]["dryRun"] == ["All"]
    assert (delete["operation"], delete["object"]) == ("DELETE", None)
    assert delete["oldObject"]["data"] == {"k": "w"}


def test_warnings_of_webhooks_reach_the_client(api, register, configmaps):
    answer = {"allowed": True, "warnings": ["beware", "and again"]}
    register("Validating", {"warn": {"answer": lambda request: answer}})
    found = eventually(
        lambda: api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}")),
        lambda answer: answer.warnings(),
    )
    assert found.status == 201
    assert found.warnings() == ["beware", "and again"]


@pytest.mark.parametrize(
    ("rules", "concerned"),
    [
        ([rule(["CREATE"])], True),
        ([rule(["UPDATE", "DELETE"])], False),
        ([rule(resources=["*"])], True),
        ([rule(resources=["*/*"])], True),
        ([rule(resources=["configmaps/*"])], True),
        ([rule(resources=["configmaps/status"])], False),
        ([rule(groups=["apps"])], False),
        ([rule(groups=["*"], versions=["*"])], True),
        ([rule(scope="Namespaced")], True),
        ([rule(scope="Cluster")], False),
    ],
)
def test_rules_choose_what_a_webhook_is_asked_about(
    api, register, hooks, denied, configmaps, rules, concerned
):
    # The configuration of the second is known when that of the first is.
    paths = register(
        "Validating",
        {"chosen": {"rules": rules}, "last": {"answer": deny(), "rules": [rule(["CREATE"])]}},
    )
    denied()
    asked = {path for path, _ in hooks.asked}
    assert (paths[0] in asked) is concerned


@pytest.mark.parametrize(
    ("selector", "labels", "concerned"),
    [
        ({"matchLabels": {"a": "b"}}, {"a": "b"}, True),
        ({"matchLabels": {"a": "b"}}, {"a": "c"}, False),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, {}, True),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, {"a": "b"}, False),
    ],
)
def test_selectors_choose_by_the_labels_of_the_object(
    api, register, hooks, configmaps, selector, labels, concerned
):
    paths = register(
        "Validating", {"chosen": {"objectSelector": selector}, "last": {"answer": deny()}}
    )

    def create():
        metadata = {"name": f"a-{secrets.token_hex(4)}", "labels": labels}
        return api.post(configmaps, configmap(metadata=metadata))

    eventually(create, lambda answer: answer.status >= 300)
    assert (paths[0] in {path for path, _ in hooks.asked}) is concerned


def test_conditions_choose_by_expressions(api, register, hooks, denied):
    def conditions(*expressions):
        return [
            {"name": f"c{index}.example.com", "expression": text}
            for index, text in enumerate(expressions)
        ]

    paths = register(
        "Validating",
        {
            "yes": {
                "matchConditions": conditions(
                    'request.operation == "CREATE"',
                    "object.metadata.name.startsWith('try-')",
                    "oldObject == null",
                )
            },
            "no": {"matchConditions": conditions("true", "object.metadata.name == 'other'")},
            "last": {"answer": deny()},
        },
    )
    denied()
    asked = {path for path, _ in hooks.asked}
    assert paths[0] in asked
    assert paths[1] not in asked


# Failures


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: 500,
        lambda request: b"<html>",
        lambda request: {"uid": "other", "allowed": True},
        lambda request: b'{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}',
    ],
    ids=["an error", "no JSON", "another uid", "no response"],
)
def test_an_answer_that_is_none_refuses_the_request_unless_failures_are_ignored(
    register, denied, answer
):
    register("Validating", {"broken": {"answer": answer}})
    code, reason, message = denied().refusal()
    assert (code, reason) == (500, "InternalError")
    assert message.startswith(
        'Internal error occurred: failed calling webhook "broken.example.com": '
    )


def test_failures_may_be_ignored(api, register, hooks, denied):
    paths = register(
        "Validating",
        {
            "broken": {"answer": lambda request: 500, "failurePolicy": "Ignore"},
            "last": {"answer": deny()},
        },
    )
    assert denied().refusal()[2].startswith('admission webhook "last.example.com" denied')
    assert paths[0] in {path for path, _ in hooks.asked}


def test_a_webhook_that_does_not_answer_in_time_has_failed(api, register, hooks, denied):
    released = threading.Event()

    def late(request):
        released.wait(60)
        return {"allowed": True}

    register("Validating", {"late": {"answer": late, "timeoutSeconds": 1}})
    code, reason, message = denied().refusal()
    released.set()
    assert (code, reason) == (500, "InternalError")
    assert message.startswith(
        'Internal error occurred: failed calling webhook "late.example.com": failed to call '
        "webhook: Post "
    )


# Mutating


def test_mutating_webhooks_change_the_object_in_order_and_validating_ones_see_the_result(
    api, register, hooks, configmaps
):
    add = {"op": "add", "path": "/data", "value": {"one": "1"}}
    more = {"op": "add", "path": "/data/two", "value": "2"}
    [one] = register("Mutating", {"one": {"answer": patching(add)}}, f"a-{secrets.token_hex(4)}")
    [two] = register("Mutating", {"two": {"answer": patching(more)}}, f"b-{secrets.token_hex(4)}")
    [see] = register("Validating", {"see": {}})

    def create():
        hooks.asked.clear()
        return api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}"))

    found = eventually(create, lambda answer: len(hooks.asked) == 3)
    assert found.ok()["data"] == {"one": "1", "two": "2"}
    assert [path for path, _ in hooks.asked] == [one, two, see]
    assert hooks.asked[0][1]["object"].get("data") is None
    assert hooks.asked[1][1]["object"]["data"] == {"one": "1"}
    assert hooks.asked[2][1]["object"]["data"] == {"one": "1", "two": "2"}
    assert "uid" in hooks.asked[2][1]["object"]["metadata"]


def test_a_webhook_may_see_again_what_later_ones_made(api, register, hooks, configmaps):
    mark = {"op": "add", "path": "/data", "value": {"k": "v"}}
    first, second = register(
        "Mutating",
        {"first": {"reinvocationPolicy": "IfNeeded"}, "second": {"answer": patching(mark)}},
    )

    def create():
        hooks.asked.clear()
        return api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}"))

    eventually(create, lambda answer: len(hooks.asked) >= 3)
    assert [path for path, _ in hooks.asked] == [first, second, first]
    assert hooks.asked[2][1]["object"]["data"] == {"k": "v"}


def test_what_a_webhook_makes_is_checked_as_what_a_client_sends(api, register, hooks, namespace):
    widgets = namespace.path("example.io/v1/widgets")
    wrong = patching({"op": "add", "path": "/spec/size", "value": -1})
    register(
        "Mutating",
        {"wrong": {"answer": wrong, "rules": [rule(resources=["widgets"], groups=["example.io"])]}},
    )

    def create():
        name = f"a-{secrets.token_hex(4)}"
        body = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": name}}
        return api.post(widgets, {**body, "spec": {"size": 1}})

    answer = eventually(create, lambda answer: hooks.asked)
    assert answer.status == 422
    assert answer.causes()[0][1] == "spec.size"


@pytest.mark.parametrize(
    "response",
    [
        {"allowed": True, "patch": "W10="},
        {"allowed": True, "patchType": "JSONPatch"},
        {"allowed": True, "patchType": "Other", "patch": REMOVAL},
    ],
    ids=["no type", "no patch", "another type"],
)
def test_a_patch_that_is_none_refuses_the_request(register, denied, response):
    register("Mutating", {"broken": {"answer": lambda request: response}})
    code, reason, message = denied().refusal()
    assert (code, reason) == (500, "InternalError")
    assert message.startswith(
        'Internal error occurred: failed calling webhook "broken.example.com": '
    )


def test_what_a_webhook_adds_to_an_applied_object_is_not_applied(api, register, hooks, configmaps):
    register(
        "Mutating",
        {"add": {"answer": patching({"op": "add", "path": "/data/added", "value": "x"})}},
    )

    def apply():
        name = f"a-{secrets.token_hex(4)}"
        body = configmap(name, data={"k": "v"})
        return api.patch("apply", f"{configmaps}/{name}", body, fieldManager="m")

    answer = eventually(apply, lambda answer: hooks.asked)
    owners = {
        (entry["manager"], entry["operation"]): entry["fieldsV1"]
        for entry in answer.ok()["metadata"]["managedFields"]
    }
    assert owners == {("m", "Apply"): {"f:data": {"f:k": {}}}}


def test_a_webhook_may_ask_the_server_meanwhile(api, register, hooks, configmaps):
    def ask(request):
        listed = api.get(configmaps).ok()["items"]
        return {"allowed": True, "warnings": [f"{len(listed)} there"]}

    register("Validating", {"ask": {"answer": ask}})
    answer = eventually(
        lambda: api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}")),
        lambda answer: hooks.asked,
    )
    assert answer.status == 201
    assert answer.warnings()[0].endswith(" there")


def test_webhooks_are_not_asked_about_themselves(api, register, hooks):
    register("Validating", {"all": {"rules": [rule(resources=["*"], groups=["*"])]}})
    register("Mutating", {"more": {}})
    assert GROUP not in {request["resource"]["group"] for _, request in hooks.asked}


def test_a_scale_is_asked_about_as_a_scale(api, register, hooks, namespace):
    widgets = namespace.path("example.io/v1/widgets")
    body = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": "a"}}
    api.post(widgets, {**body, "spec": {"size": 1, "replicas": 1}}).ok()
    register(
        "Validating",
        {"see": {"rules": [rule(resources=["widgets/scale"], groups=["example.io"])]}},
    )
    eventually(
        lambda: api.patch("merge", f"{widgets}/a/scale", {"spec": {"replicas": 2}}),
        lambda _: hooks.asked,
    )
    request = hooks.asked[-1][1]
    assert request["kind"] == {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    assert (request["subResource"], request["object"]["spec"]["replicas"]) == ("scale", 2)


def test_a_patch_of_an_object_that_changes_while_a_webhook_is_asked_is_made_anew(
    api, register, hooks, configmaps
):
    api.post(configmaps, configmap(data={"k": "1"})).ok()
    changed = []

    def change(request):
        if not changed and request["name"] == "a":
            changed.append(True)
            api.patch("merge", f"{configmaps}/a", {"data": {"other": "x"}}).ok()
        return {"allowed": True}

    register("Validating", {"change": {"answer": change, "rules": [rule(["UPDATE"])]}})
    eventually(
        lambda: api.patch("merge", f"{configmaps}/a", {"data": {"k": secrets.token_hex(2)}}).ok(),
        lambda _: changed,
    )
    found = api.get(f"{configmaps}/a").ok()
    assert found["data"].keys() == {"k", "other"}
    assert found["data"]["k"] != "1"
