"""Validating admission policies, on both servers: what they deny, and in which words."""

from __future__ import annotations

import secrets

import pytest

from tests.kube.conformance.hooks import CONFIGURATIONS, GROUP, configmap, eventually, rule

POLICIES = f"{CONFIGURATIONS}/validatingadmissionpolicies"
BINDINGS = f"{CONFIGURATIONS}/validatingadmissionpolicybindings"


def policy(name="p", rules=None, **spec):
    if "auditAnnotations" not in spec:
        spec.setdefault("validations", [{"expression": "true"}])
    match = {"resourceRules": [rule(["CREATE", "UPDATE"])] if rules is None else rules}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {"matchConstraints": match, **spec},
    }


def binding(policy="p", name="b", **spec):
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": policy, "validationActions": ["Deny"], **spec},
    }


@pytest.fixture
def enforce(api, here):
    """`enforce({"expression": …}, …)` makes a policy, and binds it to the test's namespace."""
    made = []

    def apply(*validations, rules=None, bound=None, **spec):
        name = f"p-{secrets.token_hex(4)}"
        given = {"validations": list(validations)} if validations else {}
        body = policy(name, rules, **given, **spec)
        # One that is misconfigured denies whatever its bindings are for.
        body["spec"]["matchConstraints"]["namespaceSelector"] = {"matchLabels": here}
        api.post(POLICIES, body).ok()
        made.append(f"{POLICIES}/{name}")
        match = {"namespaceSelector": {"matchLabels": here}}
        api.post(BINDINGS, binding(name, name, **{"matchResources": match, **(bound or {})})).ok()
        made.append(f"{BINDINGS}/{name}")
        return name

    yield apply
    for path in made:
        api.delete(path).ok()


@pytest.fixture
def denied(api, configmaps):
    """`denied(…)` tries to create a ConfigMap until that is refused, and is the refusal."""

    def create(**rest):
        return api.post(configmaps, configmap(f"try-{secrets.token_hex(4)}", **rest))

    return lambda **rest: eventually(lambda: create(**rest), lambda answer: answer.status >= 300)


@pytest.fixture
def warned(api, configmaps):
    """`warned(…)` creates ConfigMaps until there are warnings: those of the last."""

    def create(**rest):
        return api.post(configmaps, configmap(f"try-{secrets.token_hex(4)}", **rest))

    def until(**rest):
        answer = eventually(lambda: create(**rest), lambda a: a.warnings() or a.status >= 300)
        assert answer.status == 201, answer
        return answer.warnings()

    return until


def why(answer):
    """What a policy says of its denial."""
    return answer.refusal()[2].partition(" denied request: ")[2]


def test_a_policy_denies_what_its_expression_forbids(enforce, denied):
    name = enforce({"expression": "object.data.size() == 1"})
    refused = denied(data={"a": "x", "b": "y"})
    code, reason, message = refused.refusal()
    told = (
        f"ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: failed "
        "expression: object.data.size() == 1"
    )
    assert (code, reason) == (422, "Invalid")
    object_name = refused.body["details"]["name"]
    assert message == f'configmaps "{object_name}" is forbidden: {told}'
    assert refused.body["details"] == {
        "name": object_name,
        "kind": "configmaps",
        "causes": [{"message": told}],
    }


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("Forbidden", 403),
        ("Invalid", 422),
        ("RequestEntityTooLarge", 413),
    ],
)
def test_the_reason_of_a_validation_decides_the_code(enforce, denied, reason, code):
    enforce({"expression": "false", "reason": reason, "message": "no"})
    assert denied().refusal()[:2] == (code, reason)


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ({"message": " plain "}, "plain"),
        ({"messageExpression": "'by ' + request.userInfo.username"}, "by admin"),
        ({"messageExpression": "'a\\nb'", "message": "instead"}, "instead"),
        ({"messageExpression": "'  '", "message": "instead"}, "instead"),
        ({"messageExpression": "string(object.nothing)"}, "failed expression: false"),
    ],
)
def test_a_denial_is_told_in_the_words_of_its_policy(enforce, denied, validation, message):
    enforce({"expression": "false", **validation})
    assert why(denied()) == message


def test_the_first_validation_that_fails_is_told(enforce, denied):
    enforce(
        {"expression": "true"},
        {"expression": "object.data.a == 'x'", "message": "first"},
        {"expression": "false", "message": "second"},
    )
    assert why(denied(data={"a": "y"})) == "first"
    assert why(denied(data={"a": "x"})) == "second"


def test_a_binding_that_warns_admits(enforce, warned):
    name = enforce(
        {"expression": "false", "message": "beware"}, bound={"validationActions": ["Warn", "Audit"]}
    )
    assert warned() == [
        f"Validation failed for ValidatingAdmissionPolicy '{name}' with binding '{name}': beware"
    ]


def test_what_expressions_see(enforce, warned, namespace):
    """Each is an expression that holds; the last one does not, so that one is told."""
    seen = [
        "object.kind == 'ConfigMap' && object.apiVersion == 'v1'",
        "object.metadata.name.startsWith('try-')",
        "oldObject == null",
        "params == null",
        "request.operation == 'CREATE'",
        "request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps'",
        "request.kind.group == ''",
        "!has(request.subResource) || request.subResource == ''",
        f"request.namespace == '{namespace.name}'",
        "request.name == object.metadata.name",
        "!request.dryRun",
        "request.userInfo.username == 'admin' && 'system:masters' in request.userInfo.groups",
        f"namespaceObject.metadata.name == '{namespace.name}'",
        "namespaceObject.metadata.labels.exists(key, key == 'hooked')",
        "namespaceObject.status.phase == 'Active'",
        "authorizer.group('').resource('pods').namespace('x').check('get').allowed()",
        "authorizer.requestResource.check('create').allowed()",
        "authorizer.path('/healthz').check('get').allowed()",
        "quantity('1Gi').isGreaterThan(quantity('1Mi'))",
        "object.data.all(key, value, key != value)",
    ]
    validations = [{"expression": text} for text in seen]
    enforce(
        *validations,
        {"expression": "false", "message": "all"},
        paramKind=PARAMS,
        bound={"validationActions": ["Warn"]},
    )
    told = warned(data={"a": "x"})
    assert [text.rpartition(": ")[2] for text in told] == ["all"]


def test_variables_build_on_those_before(enforce, denied):
    enforce(
        {"expression": "variables.keys[0].key[0] in object.data", "message": "keys"},
        {"expression": "variables.first.orValue('none') == 'none'", "message": "optional"},
        {
            "expression": "variables.twice <= 4",
            "messageExpression": "'is ' + string(variables.twice)",
        },
        variables=[
            {"name": "size", "expression": "object.?data.orValue({}).size()"},
            {"name": "twice", "expression": "variables.size * 2"},
            {"name": "keys", "expression": "object.data.map(key, {'key': [key]})"},
            {"name": "maybe", "expression": "object.metadata.?annotations"},
            {"name": "first", "expression": "variables.maybe.?first"},
            {"name": "unused", "expression": "object.nothing.at.all == 1"},
        ],
    )
    assert why(denied(data={"a": "", "b": "", "c": ""})) == "is 6"


def test_an_expression_that_fails_denies(enforce, denied):
    enforce({"expression": "object.data.missing == 'x'"})
    assert why(denied(data={"a": "x"})) == (
        "expression 'object.data.missing == 'x'' resulted in error: no such key: missing"
    )


def test_a_variable_that_fails_denies_where_it_is_used(enforce, denied):
    enforce(
        {"expression": "object.data.a == 'x' || variables.broken"},
        variables=[{"name": "broken", "expression": "object.data.missing == 'x'"}],
    )
    assert why(denied(data={"a": "y"})) == (
        "expression 'object.data.a == 'x' || variables.broken' resulted in error: composited "
        'variable "broken" fails to evaluate: no such key: missing'
    )


def test_an_expression_that_fails_is_ignored_where_failures_are(enforce, denied):
    enforce(
        {"expression": "object.data.missing == 'x'"},
        {"expression": "false", "message": "after"},
        failurePolicy="Ignore",
    )
    assert why(denied(data={"a": "x"})) == "after"


def test_an_audit_annotation_that_fails_denies_though_the_binding_warns(enforce, denied):
    enforce(
        auditAnnotations=[
            {"key": "empty", "valueExpression": "''"},
            {"key": "missing", "valueExpression": "string(object.data.missing)"},
        ],
        bound={"validationActions": ["Warn"]},
    )
    assert why(denied(data={"a": "x"})) == (
        "expression 'string(object.data.missing)' resulted in error: no such key: missing"
    )


def test_conditions_choose_by_expressions(enforce, denied):
    enforce(
        {"expression": "false", "message": "chosen"},
        matchConditions=[{"name": "not-ours", "expression": "object.data.a == 'other'"}],
    )
    enforce(
        {"expression": "false", "message": "last"},
        matchConditions=[{"name": "ours", "expression": "object.data.a == 'x'"}],
    )
    assert why(denied(data={"a": "x"})) == "last"


def test_a_condition_that_fails_denies(enforce, denied):
    enforce(
        {"expression": "true"},
        matchConditions=[{"name": "broken", "expression": "object.data.missing == 'x'"}],
    )
    assert why(denied(data={"a": "x"})) == (
        "expression 'object.data.missing == 'x'' resulted in error: no such key: missing"
    )


def test_updates_see_the_old_object_and_deletions_only_that(api, enforce, configmaps):
    name = f"a-{secrets.token_hex(4)}"
    api.post(configmaps, configmap(name, data={"a": "x"})).ok()
    enforce(
        {
            "expression": "object == null || object.data.a == oldObject.data.a",
            "message": "a is immutable",
        },
        {"expression": "object != null || oldObject.data.a != 'x'", "message": "kept"},
        rules=[rule(["UPDATE", "DELETE"])],
    )
    path = f"{configmaps}/{name}"
    refused = eventually(
        lambda: api.patch("merge", path, {"data": {"a": secrets.token_hex(2)}}),
        lambda answer: answer.status >= 300,
    )
    assert why(refused) == "a is immutable"


def test_a_deletion_is_denied_by_the_old_object(api, enforce, configmaps):
    name = f"a-{secrets.token_hex(4)}"
    api.post(configmaps, configmap(name, data={"a": "x"})).ok()
    enforce(
        {"expression": "object == null && oldObject.data.a != 'x'", "message": "kept"},
        rules=[rule(["DELETE"])],
    )
    path = f"{configmaps}/{name}"
    refused = eventually(
        lambda: api.delete(path, dryRun="All"), lambda answer: answer.status >= 300
    )
    assert why(refused) == "kept"
    assert api.delete(path).status == 422
    assert api.delete(configmaps).status == 422
    assert api.get(path).status == 200


def test_the_status_of_an_object_is_another_resource(api, enforce, namespace):
    widgets = namespace.path("example.io/v1/widgets")
    body = {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": "a"}}
    api.post(widgets, {**body, "spec": {"size": 1}}).ok()
    enforce(
        {
            "expression": "request.subResource == 'scale' && object.kind == 'Scale' && "
            "object.spec.replicas < 5",
            "messageExpression": "request.subResource + ' to ' + string(object.spec.replicas)",
        },
        rules=[rule(["UPDATE"], ["widgets/scale"], ["example.io"])],
    )
    refused = eventually(
        lambda: api.patch("merge", f"{widgets}/a/scale", {"spec": {"replicas": 7}}),
        lambda answer: answer.status >= 300,
    )
    assert why(refused) == "scale to 7"
    api.patch("merge", f"{widgets}/a", {"spec": {"size": 2}}).ok()
    api.patch("merge", f"{widgets}/a/scale", {"spec": {"replicas": 2}}).ok()


def test_rules_exclude_and_name_what_a_policy_is_for(api, enforce, configmaps):
    def create(name):
        return api.post(configmaps, configmap(name), dryRun="All")

    name = enforce({"expression": "false", "message": "no"})
    match = api.get(f"{POLICIES}/{name}").ok()["spec"]["matchConstraints"]
    excluded = [{**rule(["*"]), "resourceNames": ["free"]}]
    change = {"spec": {"matchConstraints": {**match, "excludeResourceRules": excluded}}}
    eventually(lambda: create("other"), lambda answer: answer.status == 422)
    api.patch("merge", f"{POLICIES}/{name}", change).ok()
    eventually(lambda: create("free"), lambda answer: answer.status == 201)
    assert create("other").status == 422


def test_a_policy_without_a_binding_has_no_effect(api, enforce, configmaps, denied):
    name = f"p-{secrets.token_hex(4)}"
    api.post(POLICIES, policy(name, validations=[{"expression": "false"}])).ok()
    other = enforce({"expression": "false"})
    assert f"'{other}'" in denied().refusal()[2]
    api.delete(f"{POLICIES}/{name}").ok()


# Parameters

# Of a custom kind: the real server's informer for one of its own kinds ends with the first policy
# that has such parameters, and knows no later objects.
PARAMS = {"apiVersion": "example.io/v1", "kind": "Widget"}
LIMITED = {
    "expression": "object.data.size() <= params.spec.size",
    "messageExpression": "'at most ' + string(params.spec.size) + ' by ' + params.metadata.name",
}


@pytest.fixture
def limit(api, widgets):
    """`limit(name, most)` creates a parameter."""

    def create(name, most, **labels):
        api.post(
            widgets, widget(metadata={"name": name, "labels": labels}, spec={"size": most})
        ).ok()

    return create


def widget(**rest):
    return {"apiVersion": "example.io/v1", "kind": "Widget", **rest}


def by_name(name, action="Deny", **rest):
    return {"paramRef": {"name": name, "parameterNotFoundAction": action, **rest}}


def test_a_parameter_is_found_by_its_name_in_the_namespace_of_the_object(enforce, limit, denied):
    limit("limit", 1)
    enforce(LIMITED, paramKind=PARAMS, bound=by_name("limit"))
    refused = eventually(
        lambda: denied(data={"a": "", "b": ""}), lambda answer: "at most" in why(answer)
    )
    assert why(refused) == "at most 1 by limit"


def test_each_parameter_that_is_selected_has_to_be_satisfied(enforce, limit, denied):
    limit("one", 5, limits="this")
    limit("two", 1, limits="this")
    limit("three", 0, limits="other")
    reference = {"selector": {"matchLabels": {"limits": "this"}}, "parameterNotFoundAction": "Deny"}
    enforce(LIMITED, paramKind=PARAMS, bound={"paramRef": reference})
    refused = eventually(
        lambda: denied(data={"a": "", "b": ""}), lambda answer: "at most" in why(answer)
    )
    assert why(refused) == "at most 1 by two"


def test_a_missing_parameter_denies_or_admits_as_the_binding_has_it(enforce, denied):
    enforce(LIMITED, paramKind=PARAMS, bound=by_name("nowhere", "Allow"))
    enforce(LIMITED, paramKind=PARAMS, bound=by_name("nowhere"))
    assert why(denied()) == (
        "failed to configure binding: no params found for policy binding with `Deny` "
        "parameterNotFoundAction"
    )


def test_a_kind_of_parameters_that_is_not_served_denies(enforce, denied):
    enforce(
        {"expression": "true"},
        paramKind={"apiVersion": "nowhere.io/v1", "kind": "Thing"},
        bound=by_name("x"),
    )
    assert why(denied()) == (
        "failed to configure policy: failed to find resource referenced by paramKind: "
        "'nowhere.io/v1, Kind=Thing'"
    )


# What is written


@pytest.mark.parametrize(
    ("spec", "causes"),
    [
        (
            {"validations": []},
            [
                ("FieldValueRequired", "spec.auditAnnotations", "validations or"),
                ("FieldValueRequired", "spec.validations", "validations or"),
            ],
        ),
        (
            {"rules": []},
            [("FieldValueRequired", "spec.matchConstraints.resourceRules", "Required")],
        ),
        (
            {"failurePolicy": "Maybe"},
            [("FieldValueNotSupported", "spec.failurePolicy", "Unsupported")],
        ),
        (
            {"validations": [{"expression": "object.x ="}]},
            [("FieldValueInvalid", "spec.validations[0].expression", "compilation failed")],
        ),
        (
            {"validations": [{"expression": "request.nothing == 1"}]},
            [("FieldValueInvalid", "spec.validations[0].expression", "undefined field 'nothing'")],
        ),
        (
            {"validations": [{"expression": "1 + 1"}]},
            [
                (
                    "FieldValueInvalid",
                    "spec.validations[0].expression",
                    "must evaluate to bool but got int",
                )
            ],
        ),
        (
            {"validations": [{"expression": "object.flag"}]},
            [
                (
                    "FieldValueInvalid",
                    "spec.validations[0].expression",
                    "must evaluate to bool but got dyn",
                )
            ],
        ),
        (
            {"validations": [{"expression": "params.x == 1"}]},
            [
                (
                    "FieldValueInvalid",
                    "spec.validations[0].expression",
                    "undeclared reference to 'params'",
                )
            ],
        ),
        (
            {"validations": [{"expression": "true", "messageExpression": "[1]"}]},
            [
                (
                    "FieldValueInvalid",
                    "spec.validations[0].messageExpression",
                    "must evaluate to string but got list(int)",
                )
            ],
        ),
        (
            {"validations": [{"expression": " ", "message": "a\nb", "reason": "Teapot"}]},
            [
                (
                    "FieldValueInvalid",
                    "spec.validations[0].message",
                    "must not contain line breaks",
                ),
                ("FieldValueNotSupported", "spec.validations[0].reason", "Unsupported"),
                (
                    "FieldValueRequired",
                    "spec.validations[0].expression",
                    "expression is not specified",
                ),
            ],
        ),
        (
            {"variables": [{"name": "in", "expression": "1"}, {"name": "a", "expression": "1 +"}]},
            [
                ("FieldValueInvalid", "spec.variables[0].name", "must be a valid CEL identifier"),
                ("FieldValueInvalid", "spec.variables[1].expression", "compilation failed"),
            ],
        ),
        (
            {
                "variables": [{"name": "n", "expression": "size('abc')"}],
                "validations": [{"expression": "variables.n == 'a'"}],
            },
            [("FieldValueInvalid", "spec.validations[0].expression", "no matching overload")],
        ),
        (
            {"auditAnnotations": [{"key": "a", "valueExpression": "1"}]},
            [
                (
                    "FieldValueInvalid",
                    "spec.auditAnnotations[0].valueExpression",
                    "must evaluate to one of [string null_type] but got int",
                )
            ],
        ),
        (
            {"matchConditions": [{"name": "a", "expression": "'a'"}]},
            [
                (
                    "FieldValueInvalid",
                    "spec.matchConditions[0].expression",
                    "must evaluate to bool but got string",
                )
            ],
        ),
        (
            {"paramKind": {"apiVersion": "", "kind": ""}},
            [
                ("FieldValueRequired", "spec.paramKind.apiVersion", "Required"),
                ("FieldValueRequired", "spec.paramKind.kind", "Required"),
            ],
        ),
    ],
)
def test_a_policy_that_cannot_be_evaluated_is_refused(api, spec, causes):
    refused = api.post(POLICIES, policy(f"p-{secrets.token_hex(4)}", **spec))
    assert refused.status == 422
    found = refused.causes()
    assert [(reason, field) for reason, field, _ in found] == [c[:2] for c in causes]
    for (_, _, message), (_, _, part) in zip(found, causes, strict=True):
        assert part in message


@pytest.mark.parametrize(
    ("spec", "causes"),
    [
        ({"policyName": ""}, [("FieldValueRequired", "spec.policyName")]),
        ({"validationActions": []}, [("FieldValueRequired", "spec.validationActions")]),
        (
            {"validationActions": ["Deny", "Warn"]},
            [("FieldValueInvalid", "spec.validationActions")],
        ),
        (
            {"validationActions": ["Deny", "Sing", "Deny"]},
            [
                ("FieldValueDuplicate", "spec.validationActions[2]"),
                ("FieldValueNotSupported", "spec.validationActions[1]"),
            ],
        ),
        (
            {"paramRef": {"name": "a", "selector": {}}},
            [
                ("FieldValueForbidden", "spec.paramRef.name"),
                ("FieldValueForbidden", "spec.paramRef.selector"),
                ("FieldValueRequired", "spec.paramRef.parameterNotFoundAction"),
            ],
        ),
        (
            {"paramRef": {"parameterNotFoundAction": "Deny"}},
            [("FieldValueRequired", "spec.paramRef")],
        ),
    ],
)
def test_a_binding_that_has_no_meaning_is_refused(api, spec, causes):
    refused = api.post(BINDINGS, binding(name=f"b-{secrets.token_hex(4)}", **spec))
    assert refused.status == 422
    assert [cause[:2] for cause in refused.causes()] == causes


def test_a_policy_gets_its_defaults(api):
    name = f"p-{secrets.token_hex(4)}"
    created = api.post(POLICIES, policy(name)).ok()
    api.delete(f"{POLICIES}/{name}").ok()
    assert created["spec"]["failurePolicy"] == "Fail"
    constraints = created["spec"]["matchConstraints"]
    assert constraints["matchPolicy"] == "Equivalent"
    assert constraints["namespaceSelector"] == constraints["objectSelector"] == {}
    assert constraints["resourceRules"][0]["scope"] == "*"
