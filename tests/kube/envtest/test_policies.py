"""Admission policies where the library of CEL is not installed."""

from __future__ import annotations

import json
import sys

import pytest

from kube.client.transport import Request, Response
from kube.envtest import Server, StatusError

GROUP = "admissionregistration.k8s.io"
MATCH = {
    "resourceRules": [
        {
            "apiGroups": [""],
            "apiVersions": ["v1"],
            "operations": ["CREATE"],
            "resources": ["configmaps"],
        }
    ]
}
BINDING = {
    "apiVersion": f"{GROUP}/v1",
    "kind": "ValidatingAdmissionPolicyBinding",
    "metadata": {"name": "b"},
    "spec": {"policyName": "p", "validationActions": ["Deny"]},
}
SPECS = {
    "ValidatingAdmissionPolicy": {"validations": [{"expression": "false"}]},
    "MutatingAdmissionPolicy": {
        "reinvocationPolicy": "Never",
        "mutations": [
            {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{}"}}
        ],
    },
}
_LIBRARY = ("cel_expr_python", "kube.envtest.apiserver.schemas.cel.requests")


@pytest.fixture
def without_library(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("kube.envtest.apiserver.")]:
        if ".cel" in name or ".policies" in name:
            monkeypatch.delitem(sys.modules, name)
    for name in _LIBRARY:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.parametrize("kind", SPECS)
def test_a_policy_is_refused_without_the_library_and_says_what_to_install(without_library, kind):
    policy = {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": {"name": "p"},
        "spec": {"matchConstraints": MATCH, **SPECS[kind]},
    }
    with pytest.raises(StatusError, match=r"pip install 'kube-codegen\[envtest\]'"):
        Server().load([policy])


def test_a_binding_alone_needs_no_library(without_library):
    server = Server()
    server.load([BINDING])
    path = "/api/v1/namespaces/default/configmaps"
    answer = server.handle(Request("POST", path, body=b'{"metadata":{"name":"a"}}'))
    assert isinstance(answer, Response)
    assert answer.status == 201


def test_an_expression_may_ask_what_roles_allow():
    server = Server(authorization=True)
    may = "authorizer.group('').resource('secrets').namespace('default').check('get').allowed()"
    robot = "authorizer.serviceAccount('default', 'robot').path('/metrics').check('get').allowed()"
    validations = [
        {"expression": f"{may} || !request.userInfo.username.startsWith('guest')"},
        {"expression": f"!{robot}"},
    ]
    spec = {"matchConstraints": MATCH, "validations": validations}
    meta = {"apiVersion": f"{GROUP}/v1", "kind": "ValidatingAdmissionPolicy"}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "edit"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "writer",
        },
        "subjects": [
            {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": name}
            for name in ("guest", "friend")
        ],
    }  # fmt: skip
    rules = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"]}]
    role = {**binding, "kind": "ClusterRole", "metadata": {"name": "writer"}, "rules": rules}
    del role["roleRef"], role["subjects"]
    server.load([{**meta, "metadata": {"name": "p"}, "spec": spec}, BINDING, role, binding])

    def create(user):
        body = json.dumps({"metadata": {"generateName": "a-"}}).encode()
        path, headers = "/api/v1/namespaces/default/configmaps", {"impersonate-user": user}
        answer = server.handle(Request("POST", path, (), headers, body))
        assert isinstance(answer, Response)
        return answer.status

    assert (create("guest"), create("friend")) == (422, 201)
