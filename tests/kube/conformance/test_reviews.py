"""Reviews: who am I, and what may be done."""

from __future__ import annotations

import json

import pytest

from tests.kube.conformance.api import unmanaged
from tests.kube.conformance.waiting import eventually

AUTHENTICATION = "/apis/authentication.k8s.io/v1"
AUTHORIZATION = "/apis/authorization.k8s.io/v1"
GET_PODS = {"verb": "get", "resource": "pods"}
GET_PATH = {"path": "/x", "verb": "get"}


@pytest.fixture
def ask(api):
    """`ask(kind, spec)` posts a review of that kind, in a namespace where one is given."""

    def ask(kind, spec, namespace=""):
        scope = f"/namespaces/{namespace}" if namespace else ""
        body = {"apiVersion": AUTHORIZATION.removeprefix("/apis/"), "kind": kind, "spec": spec}
        return api.post(f"{AUTHORIZATION}{scope}/{kind.lower()}s", body)

    return ask


def test_the_user_is_told_who_it_is(api):
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer = api.post(f"{AUTHENTICATION}/selfsubjectreviews", body)
    assert answer.status == 201
    assert answer.body["status"] == {
        "userInfo": {
            "username": "admin",
            "uid": "admin",
            "groups": ["system:masters", "system:authenticated"],
        }
    }


@pytest.mark.parametrize(
    "spec",
    [
        {"resourceAttributes": GET_PODS},
        {"nonResourceAttributes": GET_PATH},
        {"resourceAttributes": {**GET_PODS, "namespace": "", "name": ""}},
        {"resourceAttributes": {}},
    ],
)
def test_the_user_may_do_everything(ask, spec):
    answer = ask("SelfSubjectAccessReview", spec)
    assert answer.status == 201
    attributes = {
        name: {key: value for key, value in asked.items() if value} for name, asked in spec.items()
    }
    assert unmanaged(answer.body) == {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "metadata": {},
        "spec": attributes,
        "status": {"allowed": True},
    }


def test_the_rules_of_the_user_allow_everything(ask):
    found = ask("SelfSubjectRulesReview", {"namespace": "default"}).ok()["status"]
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
    assert everything in found["resourceRules"]
    assert {"nonResourceURLs": ["*"], "verbs": ["*"]} in found["nonResourceRules"]


def test_rules_are_asked_for_in_a_namespace(ask):
    answer = ask("SelfSubjectRulesReview", {})
    assert answer.refusal() == (400, "BadRequest", "no namespace on request")


@pytest.mark.parametrize("kind", ["SelfSubjectAccessReview", "SubjectAccessReview"])
@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        (
            {},
            (
                "spec.resourceAttributes",
                "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes "
                "must be specified",
            ),
        ),
        (
            {"resourceAttributes": GET_PODS, "nonResourceAttributes": GET_PATH},
            (
                "spec.nonResourceAttributes",
                'Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination '
                "with resourceAttributes",
            ),
        ),
    ],
)
def test_a_review_asks_about_one_thing(ask, kind, spec, cause):
    subject = {} if kind.startswith("Self") else {"user": "bob"}
    answer = ask(kind, {**spec, **subject})
    assert answer.status == 422
    assert answer.causes() == [("FieldValueInvalid", *cause)]


def test_a_review_of_others_names_a_subject(ask):
    answer = ask("SubjectAccessReview", {"resourceAttributes": GET_PODS})
    why = 'Invalid value: "": at least one of user or group must be specified'
    assert answer.causes() == [("FieldValueInvalid", "spec.user", why)]
    assert ask("SubjectAccessReview", {"resourceAttributes": GET_PODS, "user": "bob"}).status == 201


def test_a_local_review_asks_about_its_namespace(ask, namespace):
    spec = {"user": "bob", "resourceAttributes": {**GET_PODS, "namespace": namespace.name}}
    assert ask("LocalSubjectAccessReview", spec, namespace.name).status == 201
    answer = ask("LocalSubjectAccessReview", spec, "default")
    assert [(field, m.endswith("must match metadata.namespace")) for _, field, m in answer.causes()]


@pytest.mark.parametrize(
    ("method", "name", "code"),
    [("GET", "", 405), ("DELETE", "", 405), ("GET", "/x", 404), ("PUT", "/x", 404)],
)
def test_reviews_are_not_stored(api, method, name, code):
    answer = api.request(method, f"{AUTHORIZATION}/selfsubjectaccessreviews{name}")
    assert answer.status == code


def test_discovery_lists_reviews_for_creating_alone(api):
    listed = api.get(AUTHORIZATION).ok()["resources"]
    assert [(each["name"], each["namespaced"], each["verbs"]) for each in listed] == [
        ("localsubjectaccessreviews", True, ["create"]),
        ("selfsubjectaccessreviews", False, ["create"]),
        ("selfsubjectrulesreviews", False, ["create"]),
        ("subjectaccessreviews", False, ["create"]),
    ]


def test_kubectl_is_told_who_it_is(kubectl):
    found = json.loads(kubectl("auth", "whoami", "-o", "json").stdout)
    assert found["status"]["userInfo"]["username"] == "admin"
    impersonated = kubectl("auth", "whoami", "--as=bob", "--as-group=a", "--as-group=b").stdout
    assert [line.split(maxsplit=1) for line in impersonated.splitlines()[1:]] == [
        ["Username", "bob"],
        ["Groups", "[a b system:authenticated]"],
    ]


def test_kubectl_is_told_what_it_may_do(kubectl):
    assert kubectl("auth", "can-i", "create", "configmaps").stdout == "yes\n"
    assert kubectl("auth", "can-i", "delete", "widgets.example.io/a").stdout == "yes\n"
    assert kubectl("auth", "can-i", "get", "/healthz").stdout == "yes\n"
    assert "*.*" in kubectl("auth", "can-i", "--list").stdout


# Tokens of service accounts


@pytest.fixture
def issue(api, namespace):
    """`issue(**spec)` gives a token of the ServiceAccount `robot`."""
    account = namespace.path("serviceaccounts", "robot")
    body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}}
    api.post(namespace.path("serviceaccounts"), body).ok()

    def issue(**spec):
        answer = api.post(f"{account}/token", {"spec": spec})
        return answer.ok()["status"]["token"]

    return issue


@pytest.fixture
def whose(api):
    """`whose(token, *audiences)` is the status of a review."""

    def whose(token, *audiences):
        spec = {"token": token, "audiences": list(audiences)}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
        return api.post(f"{AUTHENTICATION}/tokenreviews", body).ok()["status"]

    return whose


def refused(review):
    assert not review.get("authenticated")
    return why_refused(review)


def why_refused(review):
    return review.get("error", "").removeprefix("[invalid bearer token, ").removesuffix("]")


def secret(api, namespace):
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "bound"}}
    return api.post(namespace.path("secrets"), body).ok()


BOUND = {"apiVersion": "v1", "kind": "Secret", "name": "bound"}


def test_a_review_knows_a_token_that_was_issued(api, namespace, issue, whose):
    account = api.get(namespace.path("serviceaccounts", "robot")).ok()
    review = whose(issue())
    user, [credential] = review["user"], review["user"]["extra"].values()
    assert review["authenticated"] is True
    assert user["username"] == f"system:serviceaccount:{namespace.name}:robot"
    assert user["uid"] == account["metadata"]["uid"]
    assert user["groups"] == [
        "system:serviceaccounts",
        f"system:serviceaccounts:{namespace.name}",
        "system:authenticated",
    ]
    assert credential[0].startswith("JTI=")
    assert len(review["audiences"]) == 1


def test_a_token_is_for_its_audiences(issue, whose):
    token = issue(audiences=["shop", "store"])
    assert whose(token, "store", "shop", "else")["audiences"] == ["store", "shop"]
    why = refused(whose(token, "else"))
    assert why == ('token audiences ["shop" "store"] is invalid for the target audiences ["else"]')
    assert "is invalid for the target audiences" in refused(whose(token))


def test_a_token_ends_with_what_it_is_bound_to(api, namespace, issue, whose):
    before = secret(api, namespace)["metadata"]["uid"]
    one, other = issue(boundObjectRef=BOUND), issue(boundObjectRef=BOUND)
    api.delete(namespace.path("secrets", "bound")).ok()
    # The real server hears of deletions by a watch of its own.
    eventually(lambda: why_refused(whose(one)) == "service account token has been invalidated")
    after = secret(api, namespace)["metadata"]["uid"]
    why = f"secret UID ({after}) does not match service account secret ref claim ({before})"
    eventually(lambda: why_refused(whose(other)) == why)


def test_a_token_ends_with_its_account(api, namespace, issue, whose):
    account = namespace.path("serviceaccounts", "robot")
    before = api.get(account).ok()["metadata"]["uid"]
    one, other = issue(), issue()
    api.delete(account).ok()
    # The real server hears of deletions by a watch of its own.
    eventually(lambda: why_refused(whose(one)) == 'serviceaccounts "robot" not found')
    body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}}
    after = api.post(namespace.path("serviceaccounts"), body).ok()["metadata"]["uid"]
    why = f"service account UID ({after}) does not match claim ({before})"
    eventually(lambda: why_refused(whose(other)) == why)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"expirationSeconds": 5}, "may not specify a duration less than 10 minutes"),
        ({"expirationSeconds": 1 << 33}, "may not specify a duration larger than 2^32 seconds"),
        ({"boundObjectRef": {**BOUND, "name": "nobody"}}, 'secrets "nobody" not found'),
        (
            {"boundObjectRef": {**BOUND, "kind": "ConfigMap"}},
            "cannot bind token to object of type /v1, Kind=ConfigMap",
        ),
        (
            {"boundObjectRef": {**BOUND, "uid": "other"}},
            "the UID in the bound object reference (other) does not match the UID in record",
        ),
    ],
)
def test_a_token_that_cannot_be_is_refused(api, namespace, issue, spec, why):
    secret(api, namespace)
    path = namespace.path("serviceaccounts", "robot", "token")
    answer = api.post(path, {"spec": spec})
    assert answer.status >= 400
    assert why in answer.body["message"]
