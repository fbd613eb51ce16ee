"""What a webhook may answer, and what becomes of the request, on both servers."""

from __future__ import annotations

import base64
import itertools
import json
import secrets

import pytest

from tests.kube.conformance.hooks import CONFIGURATIONS, Raw, configmap, eventually, rule

REVIEW = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}


def review(**changes):
    """A whole body that allows the request, but for the changes; None removes a member."""

    def answer(request):
        response = {"uid": request["uid"], "allowed": True}
        whole = {**REVIEW, "response": response, **changes}
        return json.dumps({key: v for key, v in whole.items() if v is not None}).encode()

    return answer


def response(**members):
    return lambda request: {"allowed": True, **members}


def status(**members):
    return lambda request: {"allowed": False, "status": members}


def http(code, body=b" out of order\n", **headers):
    return lambda request: Raw(code, {"content-type": "text/plain", **headers}, body)


def encoded(*operations):
    return base64.b64encode(json.dumps(operations).encode()).decode()


def patch(*operations, **members):
    return response(**{"patchType": "JSONPatch", "patch": encoded(*operations), **members})


STATUS = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "m", "code": 418}
CALL, INVALID = "failed to call webhook: ", "received invalid webhook response: "
UNPARSED = CALL + "couldn't get version/kind; json parse error: "
AS_STRUCT = (
    'into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)
UNMARSHAL = CALL + "json: cannot unmarshal "
WANTED = f"{INVALID}expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got "
UNKNOWN = ' in scheme "pkg/runtime/scheme.go:111"'

FAILURES = {
    "HTML": (lambda _: b"<html>", f"{UNPARSED}json: cannot unmarshal string {AS_STRUCT}"),
    "nothing": (
        lambda _: b"",
        f"{CALL}0-length response with status code: 200 and content type: application/json",
    ),
    "a list": (lambda _: b"[]", f"{UNPARSED}json: cannot unmarshal array {AS_STRUCT}"),
    "null": (lambda _: b"null", f"{INVALID}webhook response was absent"),
    "half": (lambda _: b'{"kind":"AdmissionReview"', f"{UNPARSED}unexpected end of JSON input"),
    "too much": (
        lambda request: review()(request) + b"x",
        f"{UNPARSED}invalid character 'x' after top-level value",
    ),
    "no kind": (review(kind=None), f"{WANTED}admission.k8s.io/v1, Kind="),
    "no version": (review(apiVersion=None), f"{WANTED}/, Kind=AdmissionReview"),
    "another kind": (
        review(kind="Pod"),
        f'{CALL}no kind "Pod" is registered for version "admission.k8s.io/v1"{UNKNOWN}',
    ),
    "another group": (
        review(apiVersion="x.io/v1"),
        f'{CALL}no kind "AdmissionReview" is registered for version "x.io/v1"{UNKNOWN}',
    ),
    "another version": (
        review(apiVersion="admission.k8s.io/v1beta1"),
        f"{CALL}converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion",
    ),
    "a Status": (
        lambda _: json.dumps(STATUS).encode(),
        f"{CALL}converting (v1.Status) to (v1.AdmissionReview): unknown conversion",
    ),
    "no response": (review(response=None), f"{INVALID}webhook response was absent"),
    "a response of text": (
        review(response="x"),
        f"{UNMARSHAL}string into Go struct field AdmissionReview.response of type "
        "v1.AdmissionResponse",
    ),
    "a number for a uid": (
        response(uid=5),
        f"{UNMARSHAL}number into Go struct field AdmissionResponse.response.uid of type types.UID",
    ),
    "allowed as text": (
        response(allowed="yes"),
        f"{UNMARSHAL}string into Go struct field AdmissionResponse.response.allowed of type bool",
    ),
    "allowed as a number": (
        response(allowed=1),
        f"{UNMARSHAL}number into Go struct field AdmissionResponse.response.allowed of type bool",
    ),
    "a status of text": (
        response(allowed=False, status="no"),
        f"{UNMARSHAL}string into Go struct field AdmissionResponse.response.status of type "
        "v1.Status",
    ),
    "a code of text": (
        status(code="403"),
        f"{UNMARSHAL}string into Go struct field Status.response.status.code of type int32",
    ),
    "a broken code": (
        status(code=403.5),
        f"{UNMARSHAL}number 403.5 into Go struct field Status.response.status.code of type int32",
    ),
    "a number for a message": (
        status(message=5),
        f"{UNMARSHAL}number into Go struct field Status.response.status.message of type string",
    ),
    "details of text": (
        status(details="x"),
        f"{UNMARSHAL}string into Go struct field Status.response.status.details of type "
        "v1.StatusDetails",
    ),
    "warnings of text": (
        response(warnings="x"),
        f"{UNMARSHAL}string into Go struct field AdmissionResponse.response.warnings of type "
        "[]string",
    ),
    "numbers as warnings": (
        response(warnings=[1]),
        f"{UNMARSHAL}number into Go struct field AdmissionResponse.response.warnings of type "
        "string",
    ),
    "numbers as annotations": (
        response(auditAnnotations={"a": 5}),
        f"{UNMARSHAL}number into Go struct field AdmissionResponse.response.auditAnnotations of "
        "type string",
    ),
    "a patch of a validating webhook": (
        patch(),
        f"{INVALID}validating webhook may not return response.patch",
    ),
    "a patch's type of a validating webhook": (
        response(patchType="JSONPatch"),
        f"{INVALID}validating webhook may not return response.patchType",
    ),
    "201 and text": (http(201), f"{UNPARSED}json: cannot unmarshal string {AS_STRUCT}"),
    "204": (
        http(204, b""),
        f"{CALL}0-length response with status code: 204 and content type: text/plain",
    ),
    "302 to nowhere": (
        http(302),
        f"{CALL}the server responded with the status code 302 but did not return more information",
    ),
    "401": (http(401), f"{CALL}the server has asked for the client to provide credentials"),
    "403": (http(403), f"{CALL}out of order"),
    "404": (http(404), f"{CALL}the server could not find the requested resource"),
    "418": (
        http(418),
        f"{CALL}the server responded with the status code 418 but did not return more information",
    ),
    "500": (
        http(500),
        f'{CALL}an error on the server ("out of order") has prevented the request from succeeding',
    ),
    "500 and JSON": (
        http(500, b"{}", **{"content-type": "application/json"}),
        f'{CALL}an error on the server ("unknown") has prevented the request from succeeding',
    ),
    "500 and a Status": (
        http(500, json.dumps(STATUS).encode(), **{"content-type": "application/json"}),
        f"{CALL}m",
    ),
    "503": (http(503), f"{CALL}the server is currently unable to handle the request"),
    "redirections as a GET": (
        http(302, location="/a"),
        f"{UNPARSED}json: cannot unmarshal string {AS_STRUCT}",
    ),
}

LABELS = {"op": "add", "path": "/metadata/labels/x", "value": "y"}
BROKEN_PATCHES = {
    "without a type": (
        response(patch=encoded(LABELS)),
        f"{INVALID}webhook returned response.patch but not response.patchType",
    ),
    "without a patch": (
        response(patchType="JSONPatch"),
        f"{INVALID}webhook returned response.patchType but not response.patch",
    ),
    "of an empty type": (
        patch(LABELS, patchType=""),
        f'{INVALID}webhook returned invalid response.patchType of ""',
    ),
    "of another type": (
        patch(LABELS, patchType="MergePatch"),
        'unsupported patch type "MergePatch"',
    ),
    "that is not base64": (patch(patch="!!"), f"{CALL}illegal base64 data at input byte 0"),
    "that is an object": (
        patch(patch=base64.b64encode(b"{}").decode()),
        "received undecodable patch in webhook response: json: cannot unmarshal object into Go "
        "value of type jsonpatch.Patch",
    ),
}
INAPPLICABLE = {
    "below nothing": (
        {"op": "add", "path": "/a/b", "value": 1},
        'add operation does not apply: doc is missing path: "/a/b": missing value',
    ),
    "unknown": ({"op": "frob", "path": "/a"}, "Unexpected kind: frob"),
    "failed test": (
        {"op": "test", "path": "/kind", "value": "Pod"},
        "testing value /kind failed: test failed",
    ),
    "of the root": (
        {"op": "replace", "path": "", "value": 5},
        "replace operation value must be object or array: %!w(<nil>)",
    ),
    "to another type": (
        {"op": "add", "path": "/data", "value": 5},
        "json: cannot unmarshal number into Go struct field ConfigMap.data of type "
        "map[string]string",
    ),
    "to another kind": (
        {"op": "replace", "path": "/kind", "value": "Foo"},
        f'no kind "Foo" is registered for version "v1"{UNKNOWN}',
    ),
    "to another version": (
        {"op": "replace", "path": "/apiVersion", "value": "apps/v1"},
        f'no kind "ConfigMap" is registered for version "apps/v1"{UNKNOWN}',
    ),
}
INVALID_AFTERWARDS = {
    "key": {"op": "add", "path": "/data", "value": {"a b": "x"}},
    "label": {"op": "add", "path": "/metadata/labels", "value": {"a b": "c"}},
    "name": {"op": "replace", "path": "/metadata/name", "value": "A B"},
}


def endless(request):
    return Raw(200, {"content-type": "text/plain"}, itertools.repeat(b" " * 64))


OTHERS = {
    "slow": endless,
    "followed": lambda _: Raw(307, {"location": "/followed"}),
    "round": lambda _: Raw(307, {"location": "/round"}),
    "created": lambda request: Raw(201, {}, review()(request)),
    "text": lambda request: Raw(200, {"content-type": "text/plain"}, review()(request)),
    "annotated": response(auditAnnotations={"a": "b"}),
    "huge": status(message="x" * 5_000_000),
    "control": status(message="a\x00b\n\x1bc"),
    "detailed": status(
        message="m",
        details={"name": "n", "causes": [{"reason": "r", "message": "m", "field": "f"}]},
    ),
    "warned": response(warnings=["plain", "", 'q"uote\\', "new\nline", "bell\x07", "plain", "x"]),
    "warned much": response(warnings=[f"{index:03}" + "y" * 497 for index in range(30)]),
    **{f"code {code}": status(code=code, message="m") for code in (-1, 0, 200, 302, 399, 599, 999)},
}
PATCHES = {
    **{name: answer for name, (answer, _) in BROKEN_PATCHES.items()},
    **{name: patch(operation) for name, (operation, _) in INAPPLICABLE.items()},
    **{name: patch(operation) for name, operation in INVALID_AFTERWARDS.items()},
    "renamed": patch({"op": "replace", "path": "/metadata/name", "value": "another"}),
    "unknown member": patch({"op": "add", "path": "/frob", "value": 5}),
    "no operations": response(patchType="JSONPatch", patch=encoded()),
    "uid": patch({"op": "add", "path": "/metadata/uid", "value": "abc"}),
    "version": patch({"op": "add", "path": "/metadata/resourceVersion", "value": "5"}),
    "namespace": patch({"op": "add", "path": "/metadata/namespace", "value": "other"}),
    "denied": patch(LABELS, allowed=False),
}


@pytest.fixture(scope="module")
def sent(api, hooks):
    """`sent(name of a case)` creates a ConfigMap that the webhook of that case is asked about."""
    mark = f"c{secrets.token_hex(4)}"
    answers = {name: answer for name, (answer, _) in FAILURES.items()}
    cases = {"Validating": {**answers, **OTHERS}, "Mutating": PATCHES}
    hooks.answers["/followed"] = response()
    hooks.answers["/round"] = OTHERS["round"]
    numbers = {}
    for kind, of_kind in cases.items():
        configured = []
        for index, (name, answer) in enumerate(of_kind.items()):
            label = f"{kind[0].lower()}{index}"
            numbers[name] = label
            path = f"/{mark}/{label}"
            hooks.answers[path] = answer
            configured.append(
                {
                    "name": f"{label}.example.com",
                    "clientConfig": {"url": hooks.url + path, "caBundle": hooks.ca},
                    "rules": [rule(["CREATE"])],
                    "sideEffects": "None",
                    "admissionReviewVersions": ["v1"],
                    "objectSelector": {"matchLabels": {mark: label}},
                    "timeoutSeconds": 1 if name == "slow" else 30,
                }
            )
        body = {"metadata": {"name": mark}, "webhooks": configured}
        api.post(f"{CONFIGURATIONS}/{kind.lower()}webhookconfigurations", body).ok()

    def send(case):
        label = numbers[case]
        name = f"{mark}-{label}-{secrets.token_hex(3)}"
        metadata = {"name": name, "labels": {mark: label}}
        return api.post("/api/v1/namespaces/default/configmaps", configmap(metadata=metadata))

    send.name = lambda case: f"{numbers[case]}.example.com"
    # What is known of one configuration is known of the other soon.
    eventually(lambda: send("500"), lambda answer: answer.status == 500)
    eventually(lambda: send("of another type"), lambda answer: answer.status == 500)
    yield send
    for kind in cases:
        api.delete(f"{CONFIGURATIONS}/{kind.lower()}webhookconfigurations/{mark}").ok()


@pytest.mark.parametrize("case", [*FAILURES, *BROKEN_PATCHES])
def test_an_answer_that_is_none_fails_the_request_in_words_that_say_why(sent, case):
    why = {**FAILURES, **BROKEN_PATCHES}[case][1]
    refused = sent(case)
    told = f'failed calling webhook "{sent.name(case)}": {why}'
    assert refused.refusal() == (500, "InternalError", f"Internal error occurred: {told}")
    assert refused.body["details"] == {"causes": [{"message": told}]}


@pytest.mark.parametrize("case", INAPPLICABLE)
def test_a_patch_that_cannot_be_applied_fails_the_request(sent, case):
    why = INAPPLICABLE[case][1]
    refused = sent(case)
    assert refused.refusal() == (500, "InternalError", f"Internal error occurred: {why}")
    assert refused.body["details"] == {"causes": [{"message": why}]}


@pytest.mark.parametrize("case", INVALID_AFTERWARDS)
def test_a_patch_that_makes_the_object_invalid_is_refused_as_a_clients_object(sent, case):
    assert sent(case).refusal()[:2] == (422, "Invalid")


@pytest.mark.parametrize("code", [-1, 0, 200, 302, 399, 599, 999])
def test_a_denial_has_the_code_of_the_webhook_where_that_refuses(sent, code):
    assert sent(f"code {code}").status == (code if code >= 400 else 400)


def test_a_denial_keeps_its_details_and_its_characters(sent):
    details = {"name": "n", "causes": [{"reason": "r", "message": "m", "field": "f"}]}
    assert sent("detailed").body["details"] == details
    assert sent("control").body["message"].endswith(": a\x00b\n\x1bc")
    assert len(sent("huge").body["message"]) > 5_000_000


@pytest.mark.parametrize("case", ["followed", "created", "text", "annotated", "no operations"])
def test_an_answer_that_allows_is_taken_however_it_comes(sent, case):
    assert sent(case).status == 201


def test_redirections_without_end_are_followed_ten_times(sent):
    assert sent("round").refusal()[2].endswith("stopped after 10 redirects")


def test_an_answer_that_never_ends_is_left_when_its_time_is_over(sent):
    code, reason, message = sent("slow").refusal()
    assert (code, reason) == (500, "InternalError")
    assert message.startswith(
        f'Internal error occurred: failed calling webhook "{sent.name("slow")}": failed to call '
    )


def test_warnings_come_once_and_without_control_characters(sent):
    assert sent("warned").warnings() == ["plain", 'q"uote\\', "x"]


def test_warnings_that_are_too_long_together_are_cut(sent):
    assert sent("warned much").warnings() == [f"{index:03}" + "y" * 253 for index in range(16)]


def test_a_webhook_may_rename_a_new_object_and_its_unknown_members_are_dropped(api, sent):
    created = sent("renamed").ok()
    api.delete(f"/api/v1/namespaces/default/configmaps/{created['metadata']['name']}").ok()
    assert created["metadata"]["name"] == "another"
    assert "frob" not in sent("unknown member").ok()


def test_what_the_server_decides_a_webhook_does_not(sent):
    assert sent("uid").ok()["metadata"]["uid"] != "abc"
    assert sent("version").status == 500
    assert sent("namespace").status == 400


def test_the_patch_of_a_webhook_that_denies_is_not_looked_at(sent):
    assert sent("denied").refusal()[2].endswith("denied the request without explanation")
