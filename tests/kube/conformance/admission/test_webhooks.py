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


@pytest.mark.parametrize("policy", ["Fail", "Ignore"])
def test_a_request_has_its_own_time_for_its_webhooks(api, register, hooks, configmaps, policy):
    released = threading.Event()

    def late(request):
        if request["name"].startswith("late"):
            released.wait(60)
        return {"allowed": True}

    register("Mutating", {"late": {"answer": late, "failurePolicy": policy}})
    eventually(
        lambda: api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}")), lambda _: hooks.asked
    )
    refused = api.post(configmaps, configmap("late"), timeout="1s")
    released.set()
    assert (refused.status, refused.body["reason"]) == (504, "Timeout")
    told = "Timeout: request did not complete within the allotted timeout"
    assert refused.body["message"] == told
    assert api.get(f"{configmaps}/late").status == 404


def test_a_time_that_is_none_is_refused(api, register, hooks, configmaps):
    register("Validating", {"see": {}})
    refused = api.post(configmaps, configmap(), timeout="soon")
    why = 'invalid timeout specified in the request URL - time: invalid duration "soon"'
    assert refused.refusal() == (400, "BadRequest", why)


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
    assert hooks.asked[0][1]["object"]["metadata"]["namespace"] in configmaps.split("/")
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


# What is posted beside objects


@pytest.fixture
def pod(api, namespace):
    """The path of a Pod that nobody runs."""
    account = {"metadata": {"name": "default"}}
    api.post(namespace.path("serviceaccounts"), account)
    spec = {"containers": [{"name": "c", "image": "i"}]}
    api.post(namespace.path("pods"), {"metadata": {"name": "a"}, "spec": spec}).ok()
    return namespace.path("pods", "a")


POSTED = {
    "eviction": ({"group": "policy", "version": "v1", "kind": "Eviction"}, {}),
    "binding": ({"group": "", "version": "v1", "kind": "Binding"}, {"target": {"name": "n"}}),
}


@pytest.mark.parametrize("subresource", POSTED)
def test_what_is_posted_to_a_pod_is_asked_about_as_what_it_is(
    api, register, hooks, pod, subresource
):
    kind, rest = POSTED[subresource]
    rules = [rule(["CREATE"], [f"pods/{subresource}"])]
    register("Validating", {"see": {"rules": rules, "answer": deny()}})
    group = f"{kind['group']}/" if kind["group"] else ""
    body = {
        "apiVersion": f"{group}{kind['version']}",
        "kind": kind["kind"],
        "metadata": {"name": "a"},
        **rest,
    }
    refused = eventually(
        lambda: api.post(f"{pod}/{subresource}", body, dryRun="All"), lambda _: hooks.asked
    )
    assert refused.refusal()[2] == 'admission webhook "see.example.com" denied the request: no'
    request = hooks.asked[-1][1]
    assert (request["kind"], request["subResource"], request["name"]) == (kind, subresource, "a")
    assert request["resource"] == {"group": "", "version": "v1", "resource": "pods"}
    assert request["object"]["kind"] == kind["kind"]
    assert request["oldObject"] is None
    assert api.get(pod).ok()["spec"].get("nodeName") is None


def test_a_request_for_a_token_is_asked_about(api, register, hooks, namespace):
    account = namespace.path("serviceaccounts", "robot")
    api.post(namespace.path("serviceaccounts"), {"metadata": {"name": "robot"}}).ok()
    longer = patching({"op": "replace", "path": "/spec/expirationSeconds", "value": 7200})
    rules = [rule(["CREATE"], ["serviceaccounts/token"])]
    register("Mutating", {"longer": {"rules": rules, "answer": longer}})
    body = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"audiences": ["a"], "expirationSeconds": 3600},
    }
    token = eventually(lambda: api.post(f"{account}/token", body), lambda _: hooks.asked)
    assert token.ok()["spec"]["expirationSeconds"] == 7200


def test_a_review_is_asked_about(api, register, hooks):
    rules = [rule(["CREATE"], ["subjectaccessreviews"], ["authorization.k8s.io"])]
    register("Validating", {"see": {"rules": rules, "answer": deny()}})
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": "u", "resourceAttributes": {"verb": "get", "resource": "pods"}},
    }
    path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    refused = eventually(lambda: api.post(path, body), lambda answer: answer.status >= 300)
    assert refused.refusal()[2] == 'admission webhook "see.example.com" denied the request: no'


# The rest of Kubernetes' list


def test_each_object_of_a_deleted_collection_is_asked_about(api, register, hooks, configmaps):
    for name in ("a", "b"):
        metadata = {"name": name, "labels": {"old": name}}
        api.post(configmaps, configmap(metadata=metadata)).ok()
    register("Validating", {"see": {"rules": [rule(["DELETE"])]}})
    eventually(lambda: api.delete(f"{configmaps}/a", dryRun="All"), lambda _: hooks.asked)
    hooks.asked.clear()
    api.delete(configmaps, labelSelector="old").ok()
    asked = [request for _, request in hooks.asked]
    assert sorted(request["oldObject"]["metadata"]["name"] for request in asked) == ["a", "b"]
    # The request names none of them.
    assert [(request["object"], "name" in request) for request in asked] == [(None, False)] * 2


def test_an_object_selector_takes_the_old_object_too(api, register, hooks, configmaps):
    labels = {"a": "b"}
    created = api.post(configmaps, configmap(metadata={"name": "a", "labels": labels})).ok()
    selector = {"matchLabels": labels}
    register("Validating", {"see": {"objectSelector": selector, "rules": [rule(["UPDATE"])]}})
    patch = {"metadata": {"labels": {"a": None}}}
    eventually(
        lambda: api.patch("merge", f"{configmaps}/a", patch, dryRun="All").ok(),
        lambda _: hooks.asked,
    )
    hooks.asked.clear()
    api.patch("merge", f"{configmaps}/a", patch).ok()
    api.patch("merge", f"{configmaps}/a", {"data": {"k": "v"}}).ok()
    assert hooks.asked
    for _, request in hooks.asked:  # a real server asks again where its cache was behind
        assert request["oldObject"]["metadata"]["uid"] == created["metadata"]["uid"]
        assert request["oldObject"]["metadata"]["labels"] == labels


def test_a_webhook_may_not_patch_what_is_deleted(api, register, hooks, configmaps):
    api.post(configmaps, configmap()).ok()
    answer = patching({"op": "add", "path": "/data", "value": {}})
    register("Mutating", {"change": {"answer": answer, "rules": [rule(["DELETE"])]}})
    refused = eventually(lambda: api.delete(f"{configmaps}/a", dryRun="All"), lambda _: hooks.asked)
    why = (
        'Internal error occurred: admission webhook "change.example.com" attempted to modify the '
        "object, which is not supported for this operation"
    )
    assert refused.refusal() == (500, "InternalError", why)
    assert api.get(f"{configmaps}/a").status == 200


@pytest.mark.parametrize(
    ("policy", "refused"),
    [("Fail", True), ("Ignore", False)],
)
def test_a_condition_that_fails_is_a_failure_of_the_webhook(api, register, denied, policy, refused):
    broken = [
        {"name": "a.example.com", "expression": "object.data.missing == 'x'"},
        {"name": "b.example.com", "expression": "true"},
    ]
    register(
        "Validating",
        {
            "broken": {"matchConditions": broken, "failurePolicy": policy},
            "last": {"answer": deny("after")},
        },
    )
    answer = eventually(denied, lambda a: refused == ("resulted in error" in str(a.body)))
    code, reason, message = answer.refusal()
    if refused:
        assert (code, reason) == (403, "Forbidden")
        why = "expression 'object.data.missing == 'x'' resulted in error: no such key: data"
        assert message == f'configmaps "{answer.body["details"]["name"]}" is forbidden: {why}'
    else:
        assert message.endswith("denied the request: after")


def test_a_condition_that_is_false_decides_before_one_that_fails(register, hooks, denied):
    mixed = [
        {"name": "a.example.com", "expression": "object.data.missing == 'x'"},
        {"name": "b.example.com", "expression": "false"},
    ]
    paths = register(
        "Validating", {"skipped": {"matchConditions": mixed}, "last": {"answer": deny("after")}}
    )
    assert denied().refusal()[2].endswith("denied the request: after")
    assert paths[0] not in {path for path, _ in hooks.asked}


def test_conditions_may_ask_who_may_do_what(register, hooks, denied):
    may = "authorizer.group('').resource('pods').namespace('x').check('get').allowed()"
    register(
        "Validating",
        {"asked": {"matchConditions": [{"name": "may", "expression": may}], "answer": deny()}},
    )
    assert denied().refusal()[2].endswith("denied the request: no")


def test_a_webhook_sees_again_only_what_it_saw_before(api, register, hooks, configmaps):
    """It is not asked for the first time when others have made the object one of its own."""
    mark = {"op": "add", "path": "/metadata/labels", "value": {"marked": "yes"}}
    first, second = register(
        "Mutating",
        {
            "first": {
                "reinvocationPolicy": "IfNeeded",
                "objectSelector": {"matchLabels": {"marked": "yes"}},
            },
            "second": {"answer": patching(mark)},
        },
    )

    def create():
        hooks.asked.clear()
        return api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}"))

    created = eventually(create, lambda _: hooks.asked).ok()
    assert created["metadata"]["labels"] == {"marked": "yes"}
    assert [path for path, _ in hooks.asked] == [second]
    assert first != second


def test_a_patch_has_those_before_it_asked_again_though_it_changes_nothing(
    api, register, hooks, configmaps
):
    same = {"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}
    first, second = register(
        "Mutating",
        {"first": {"reinvocationPolicy": "IfNeeded"}, "second": {"answer": patching(same)}},
    )

    def create():
        hooks.asked.clear()
        metadata = {"name": f"a-{secrets.token_hex(4)}", "labels": {"a": "b"}}
        return api.post(configmaps, configmap(metadata=metadata))

    eventually(create, lambda _: hooks.asked)
    assert [path for path, _ in hooks.asked] == [first, second, first]


def test_all_validating_webhooks_are_asked_and_warn_though_one_denies(api, register, denied):
    warn = {"allowed": True, "warnings": ["beware"]}
    register(
        "Validating",
        {"deny": {"answer": deny()}, "warn": {"answer": lambda request: warn}},
    )
    answer = eventually(denied, lambda answer: answer.warnings())
    assert answer.warnings() == ["beware"]
    assert answer.status == 400


@pytest.mark.parametrize(
    ("rules", "concerned"),
    [
        ([rule(["UPDATE"], ["widgets/*"], ["example.io"])], True),
        ([rule(["UPDATE"], ["*/scale"], ["*"], ["*"])], True),
        ([rule(["UPDATE"], ["*/*"], ["*"], ["*"])], True),
        ([rule(["UPDATE"], ["*"], ["*"], ["*"])], False),
        ([rule(["UPDATE"], ["widgets"], ["example.io"])], False),
        ([rule(["UPDATE"], ["widgets/status"], ["example.io"])], False),
        ([rule(["CREATE"], ["widgets/scale"], ["example.io"])], False),
        ([rule(["CONNECT"], ["*/*"], ["*"], ["*"])], False),
    ],
)
def test_rules_choose_subresources(api, register, hooks, namespace, rules, concerned):
    widgets = namespace.path("example.io/v1/widgets")
    body = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": "a"}}
    api.post(widgets, {**body, "spec": {"size": 1, "replicas": 1}}).ok()
    paths = register(
        "Validating",
        {
            "chosen": {"rules": rules},
            "last": {"rules": [rule(["UPDATE"], ["widgets/scale"], ["example.io"])]},
        },
    )
    eventually(
        lambda: api.patch("merge", f"{widgets}/a/scale", {"spec": {"replicas": 2}}),
        lambda _: paths[1] in {path for path, _ in hooks.asked},
    )
    assert (paths[0] in {path for path, _ in hooks.asked}) is concerned


def test_a_namespace_is_chosen_by_its_own_labels_and_is_of_the_cluster(api, register, hooks, here):
    cluster, inside = register(
        "Validating",
        {
            "cluster": {"rules": [rule(["CREATE"], ["namespaces"], scope="Cluster")]},
            "inside": {"rules": [rule(["CREATE"], ["namespaces"], scope="Namespaced")]},
        },
    )

    def create():
        metadata = {"name": f"test-{secrets.token_hex(4)}", "labels": here}
        return api.post("/api/v1/namespaces", {"metadata": metadata}, dryRun="All")

    eventually(create, lambda _: hooks.asked)
    assert {path for path, _ in hooks.asked} == {cluster}
    assert hooks.asked[0][1]["namespace"] == hooks.asked[0][1]["name"]
    assert inside != cluster


def test_the_time_of_a_webhook_is_told_to_it_and_bounded(api, register):
    for seconds in (0, 31):
        with pytest.raises(AssertionError) as refused:
            register("Validating", {"w": {"timeoutSeconds": seconds}})
        assert "the timeout value must be between 1 and 30 seconds" in str(refused.value)


def test_many_webhooks_are_asked_once_each(api, register, hooks, configmaps):
    paths = register("Validating", {f"w{index}": {} for index in range(40)})

    def create():
        hooks.asked.clear()
        return api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}"))

    assert eventually(create, lambda _: hooks.asked).status == 201
    assert sorted(path for path, _ in hooks.asked) == sorted(paths)


def test_a_name_that_is_generated_is_known_to_those_who_validate(api, register, hooks, configmaps):
    [changing] = register("Mutating", {"change": {"rules": [rule(["CREATE"])]}})
    [seeing] = register("Validating", {"see": {"rules": [rule(["CREATE"])]}})

    def create():
        hooks.asked.clear()
        return api.post(configmaps, {"metadata": {"generateName": "made-"}})

    created = eventually(create, lambda _: len(hooks.asked) == 2).ok()
    asked = dict(hooks.asked)
    assert "name" not in asked[changing]
    assert "name" not in asked[changing]["object"]["metadata"]
    assert asked[seeing]["object"]["metadata"]["name"] == created["metadata"]["name"]
