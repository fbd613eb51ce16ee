"""Mutating admission policies, on both servers: what they make of an object."""

from __future__ import annotations

import base64
import json
import secrets

import pytest

from tests.kube.conformance.hooks import CONFIGURATIONS, GROUP, configmap, eventually, rule

POLICIES = f"{CONFIGURATIONS}/mutatingadmissionpolicies"
BINDINGS = f"{CONFIGURATIONS}/mutatingadmissionpolicybindings"


def patch(expression):
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}


def configuration(expression):
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}


def policy(name, *mutations, rules=None, **spec):
    match = {"resourceRules": rules or [rule(["CREATE", "UPDATE"])]}
    given = {"matchConstraints": match, "reinvocationPolicy": "Never", "mutations": [*mutations]}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {**given, **spec},
    }


@pytest.fixture
def enforce(api, here):
    """`enforce(mutation, …)` makes a policy, and binds it to the test's namespace."""
    made = []

    def apply(*mutations, name=None, bound=None, **spec):
        name = f"{name or 'p'}-{secrets.token_hex(4)}"
        api.post(POLICIES, policy(name, *mutations, **spec)).ok()
        made.append(f"{POLICIES}/{name}")
        match = {"namespaceSelector": {"matchLabels": here}}
        binding = {
            "apiVersion": f"{GROUP}/v1",
            "kind": "MutatingAdmissionPolicyBinding",
            "metadata": {"name": name},
            "spec": {"policyName": name, "matchResources": match, **(bound or {})},
        }
        api.post(BINDINGS, binding).ok()
        made.append(f"{BINDINGS}/{name}")
        return name

    yield apply
    for path in made:
        api.delete(path).ok()


@pytest.fixture
def created(api, configmaps):
    """`created(wanted, …)` creates ConfigMaps until one is as wanted: its answer."""

    def until(wanted, labels=None, **rest):
        def create():
            metadata = {"name": f"try-{secrets.token_hex(4)}", "labels": labels or {}}
            return api.post(configmaps, configmap(metadata=metadata, **rest))

        return eventually(create, wanted)

    return until


def marked(answer):
    return "mark" in str(answer.body.get("data"))


def test_a_patch_changes_the_object(enforce, created):
    enforce(
        patch(
            "[JSONPatch{op: 'test', path: '/kind', value: 'ConfigMap'}, "
            "JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('mark'), "
            "value: object.metadata.namespace + '/' + object.data.a}]"
        )
    )
    answer = created(marked, data={"a": "x"}).ok()
    assert answer["data"]["mark"] == f"{answer['metadata']['namespace']}/x"
    fields = answer["metadata"]["managedFields"][0]["fieldsV1"]
    assert "f:mark" not in fields["f:data"]


def test_a_configuration_is_merged_into_the_object(enforce, created):
    enforce(
        configuration(
            "Object{metadata: Object.metadata{labels: {'added': 'yes'}}, data: {'mark': 'm'}}"
        )
    )
    answer = created(marked, {"own": "yes"}, data={"a": "x"}).ok()
    assert answer["data"] == {"a": "x", "mark": "m"}
    assert answer["metadata"]["labels"] == {"own": "yes", "added": "yes"}


def test_mutations_see_what_those_before_them_made(enforce, created):
    enforce(
        patch("[JSONPatch{op: 'add', path: '/data/one', value: '1'}]"),
        configuration("Object{data: {'mark': variables.count}}"),
        variables=[{"name": "count", "expression": "string(object.data.size())"}],
    )
    assert created(marked, data={"a": "x"}).ok()["data"]["mark"] == "2"


def test_a_patch_whose_test_fails_leaves_the_object(enforce, created):
    enforce(
        patch(
            "[JSONPatch{op: 'test', path: '/data/a', value: 'other'}, "
            "JSONPatch{op: 'add', path: '/data/b', value: 'x'}]"
        ),
        patch("[JSONPatch{op: 'add', path: '/data/mark', value: 'x'}]"),
    )
    assert created(marked, data={"a": "x"}).ok()["data"] == {"a": "x", "mark": "x"}


def test_lists_with_keys_are_merged_by_them(api, enforce, namespace):
    api.post(namespace.path("serviceaccounts"), {"metadata": {"name": "default"}})
    enforce(
        configuration(
            "Object{spec: Object.spec{containers: object.spec.containers.map(c, "
            "Object.spec.containers{name: c.name, imagePullPolicy: 'Never'})}}"
        ),
        rules=[rule(["CREATE"], ["pods"])],
    )
    spec = {"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "j"}]}

    def create():
        pod = {"metadata": {"name": f"a-{secrets.token_hex(4)}"}, "spec": spec}
        return api.post(namespace.path("pods"), pod).ok()["spec"]["containers"]

    containers = eventually(create, lambda found: found[0]["imagePullPolicy"] == "Never")
    assert [(c["name"], c["image"], c["imagePullPolicy"]) for c in containers] == [
        ("a", "i", "Never"),
        ("b", "j", "Never"),
    ]


def test_a_custom_resource_is_changed_and_checked_afterwards(api, enforce, widgets):
    enforce(
        patch("[JSONPatch{op: 'add', path: '/spec/size', value: object.spec.size * 2}]"),
        rules=[rule(["CREATE"], ["widgets"], ["example.io"])],
    )

    def create(size):
        body = {"apiVersion": "example.io/v1", "kind": "Widget", "spec": {"size": size}}
        return api.post(widgets, {**body, "metadata": {"name": f"a-{secrets.token_hex(4)}"}})

    eventually(lambda: create(2).ok(), lambda widget: widget["spec"]["size"] == 4)
    refused = create(-1)
    assert (refused.status, refused.causes()[0][1]) == (422, "spec.size")


def test_a_webhook_sees_what_a_policy_made_and_the_policy_what_the_webhook_made(
    api, register, hooks, enforce, configmaps
):
    operations = [{"op": "add", "path": "/data/hooked", "value": "yes"}]
    encoded = base64.b64encode(json.dumps(operations).encode()).decode()
    answer = {"allowed": True, "patchType": "JSONPatch", "patch": encoded}
    register("Mutating", {"w": {"answer": lambda request: answer, "rules": [rule(["CREATE"])]}})
    enforce(
        patch("[JSONPatch{op: 'add', path: '/data/mark', value: string(object.data.size())}]"),
        reinvocationPolicy="IfNeeded",
    )

    def create():
        hooks.asked.clear()
        return api.post(configmaps, configmap(f"a-{secrets.token_hex(4)}", data={"a": "x"}))

    created = eventually(create, lambda answer: marked(answer) and "hooked" in answer.body["data"])
    assert created.ok()["data"] == {"a": "x", "mark": "3", "hooked": "yes"}
    assert hooks.asked[0][1]["object"]["data"] == {"a": "x", "mark": "1"}


@pytest.mark.parametrize(
    ("mutation", "why"),
    [
        (
            patch("[JSONPatch{op: 'add', path: '/data/x', value: object.data.missing}]"),
            "expression '[JSONPatch{op: 'add', path: '/data/x', value: object.data.missing}]' "
            "resulted in error: no such key: missing",
        ),
        (
            patch("[JSONPatch{op: 'add', path: '/nothing/x', value: 'y'}]"),
            'JSON Patch: add operation does not apply: doc is missing path: "/nothing/x": missing '
            "value",
        ),
    ],
)
def test_a_mutation_that_fails_denies(enforce, created, mutation, why):
    name = enforce(mutation)
    refused = created(lambda answer: answer.status >= 300, data={"a": "x"})
    told = f"policy '{name}' with binding '{name}' denied request: {why}"
    assert refused.refusal() == (403, "Invalid", told)
    assert refused.body["details"]["causes"] == [{"message": told}]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (
            "Object{spec: Object.spec{tolerations: [Object.spec.tolerations{key: 'a'}]}}",
            "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
            ".spec.tolerations",
        ),
        (
            "Object{spec: Object.spec{affinity: Object.spec.affinity{nodeAffinity: "
            "Object.spec.affinity.nodeAffinity{requiredDuringSchedulingIgnoredDuringExecution: "
            "Object.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution{}}}}}",
            "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
            ".spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
        ),
        (
            "Object{nothing: 1}",
            "failed to convert patch object to typed object: .nothing: field not declared in "
            "schema",
        ),
        (
            "Object{spec: Object.spec{nodeName: 5}}",
            "failed to convert patch object to typed object: .spec.nodeName: expected string, got "
            "&value.valueUnstructured{Value:5}",
        ),
    ],
)
def test_a_configuration_that_cannot_be_merged_denies(api, enforce, namespace, expression, why):
    api.post(namespace.path("serviceaccounts"), {"metadata": {"name": "default"}})
    name = enforce(configuration(expression), rules=[rule(["CREATE"], ["pods"])])
    spec = {"containers": [{"name": "a", "image": "i"}]}

    def create():
        pod = {"metadata": {"name": f"a-{secrets.token_hex(4)}"}, "spec": spec}
        return api.post(namespace.path("pods"), pod)

    refused = eventually(create, lambda answer: answer.status >= 300)
    told = f"policy '{name}' with binding '{name}' denied request: error applying patch: {why}"
    assert refused.refusal() == (403, "Invalid", told)


def test_a_mutation_that_fails_is_ignored_where_failures_are(enforce, created):
    enforce(
        patch("[JSONPatch{op: 'add', path: '/data/x', value: object.data.missing}]"),
        patch("[JSONPatch{op: 'add', path: '/data/mark', value: 'x'}]"),
        failurePolicy="Ignore",
    )
    assert created(marked, data={"a": "x"}).ok()["data"] == {"a": "x", "mark": "x"}


def test_conditions_and_parameters_choose_what_is_changed(api, enforce, created, widgets):
    body = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": "param"}}
    api.post(widgets, {**body, "spec": {"size": 7}}).ok()
    enforce(
        patch("[JSONPatch{op: 'add', path: '/data/mark', value: string(params.spec.size)}]"),
        paramKind={"apiVersion": "example.io/v1", "kind": "Widget"},
        bound={"paramRef": {"name": "param", "parameterNotFoundAction": "Deny"}},
        matchConditions=[{"name": "ours", "expression": "object.data.a == 'x'"}],
    )
    answer = created(lambda a: marked(a), data={"a": "x"})
    assert answer.ok()["data"]["mark"] == "7"
    assert created(lambda a: True, data={"a": "y"}).ok()["data"] == {"a": "y"}


@pytest.mark.parametrize(
    ("spec", "causes"),
    [
        ({"mutations": []}, [("FieldValueRequired", "spec.mutations")]),
        ({"reinvocationPolicy": ""}, [("FieldValueRequired", "spec.reinvocationPolicy")]),
        (
            {"mutations": [{"patchType": "JSONPatch"}]},
            [("FieldValueRequired", "spec.mutations[0].jsonPatch")],
        ),
        (
            {"mutations": [{**patch("[]"), **configuration("Object{}"), "patchType": "Other"}]},
            [("FieldValueNotSupported", "spec.mutations[0].patchType")],
        ),
        (
            {"mutations": [{**configuration("Object{}"), **patch("[JSONPatch{op: 'a'}]")}]},
            [("FieldValueInvalid", "spec.mutations[0].applyConfiguration")],
        ),
        (
            {"mutations": [patch("'text'")]},
            [("FieldValueInvalid", "spec.mutations[0].jsonPatch.expression")],
        ),
        (
            {"mutations": [patch("[JSONPatch{wrong: 'a'}]")]},
            [("FieldValueInvalid", "spec.mutations[0].jsonPatch.expression")],
        ),
        (
            {"mutations": [patch("[{'op': 'add'}]")]},
            [("FieldValueInvalid", "spec.mutations[0].jsonPatch.expression")],
        ),
        (
            {"mutations": [configuration("{'data': {'a': 'b'}}")]},
            [("FieldValueInvalid", "spec.mutations[0].applyConfiguration.expression")],
        ),
        (
            {"matchConstraints": {"resourceRules": [rule(["DELETE"])]}},
            [("FieldValueNotSupported", "spec.matchConstraints.resourceRules.operations")],
        ),
    ],
)
def test_a_policy_that_cannot_be_carried_out_is_refused(api, spec, causes):
    whole = policy(f"p-{secrets.token_hex(4)}", configuration("Object{}"))
    refused = api.post(POLICIES, {**whole, "spec": {**whole["spec"], **spec}})
    assert refused.status == 422
    assert [cause[:2] for cause in refused.causes()] == causes
