"""Rules in the Common Expression Language, as CRDs carry them in x-kubernetes-validations."""

from __future__ import annotations

import pytest

from tests.kube.conformance.waiting import eventually

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def rule(rule, **more):
    return {"rule": rule, **more}


def definition(plural, schema):
    kind = plural.title()
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.cel.example.io"},
        "spec": {
            "group": "cel.example.io",
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural},
            "versions": [
                {
                    "name": "v1", "served": True, "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }  # fmt: skip


def of_spec(*rules, **properties):
    spec = {"type": "object", "x-kubernetes-validations": list(rules), "properties": properties}
    return {"type": "object", "properties": {"spec": spec}}


INTEGER = {"type": "integer"}
STRING = {"type": "string"}
STRINGS = {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 20}}
RULED = of_spec(
    rule("self.min <= self.max", message="min must not exceed max"),
    rule("!has(self.label) || self.label.startsWith('x-')"),
    rule(
        "!has(self.names) || self.names.all(n, n.size() < 5)",
        messageExpression="'names are too long: ' + self.names.join(', ')",
    ),
    rule(
        "!has(self.mode) || self.mode in ['a', 'b']",
        reason="FieldValueForbidden",
        fieldPath=".mode",
        message="mode must be a or b",
    ),
    min={**INTEGER, "default": 0},
    max={**INTEGER, "default": 10},
    label={**STRING, "maxLength": 20},
    names=STRINGS,
    mode=STRING,
    fixed={
        **STRING,
        "x-kubernetes-validations": [rule("self == oldSelf", message="fixed is immutable")],
    },
    when={"type": "string", "format": "date-time"},
    size={
        "x-kubernetes-int-or-string": True,
        "x-kubernetes-validations": [
            rule("type(self) == int ? self > 0 : quantity(self).isGreaterThan(quantity('1Gi'))")
        ],
    },
    parts={
        "type": "array",
        "maxItems": 5,
        "items": {
            "type": "object",
            "properties": {"a": INTEGER, "b": INTEGER},
            "x-kubernetes-validations": [rule("self.a != self.b", message="a and b must differ")],
        },
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def ruled(api):
    """The plural of a kind with rules."""
    plural = "ruleds"
    api.post(DEFINITIONS, definition(plural, RULED)).ok()
    listed = f"/apis/cel.example.io/v1/{plural}"

    def served():
        body = {**thing("probe"), "metadata": {"name": "probe", "namespace": "default"}}
        path = f"/apis/cel.example.io/v1/namespaces/default/{plural}"
        return api.get(listed).status == 200 and api.post(path, body, dryRun="All").status == 201

    eventually(served)
    return plural


@pytest.fixture
def path(ruled, namespace):
    return namespace.path(f"cel.example.io/v1/{ruled}")


def thing(name="a", **spec):
    return {
        "apiVersion": "cel.example.io/v1", "kind": "Ruleds",
        "metadata": {"name": name}, "spec": spec,
    }  # fmt: skip


def test_an_object_that_keeps_the_rules_is_stored(api, path):
    spec = {"min": 1, "max": 2, "label": "x-1", "names": ["a"], "mode": "a", "size": "2Gi"}
    assert api.post(path, thing(**spec, parts=[{"a": 1, "b": 2}])).status == 201


BROKEN = [
    (
        {"min": 3, "max": 2},
        ("FieldValueInvalid", "spec", "Invalid value: min must not exceed max"),
    ),
    (
        {"label": "y"},
        (
            "FieldValueInvalid",
            "spec",
            "Invalid value: failed rule: !has(self.label) || self.label.startsWith('x-')",
        ),
    ),
    (
        {"names": ["abcdef", "b"]},
        ("FieldValueInvalid", "spec", "Invalid value: names are too long: abcdef, b"),
    ),
    (
        {"mode": "c"},
        ("FieldValueForbidden", "spec.mode", "Forbidden: mode must be a or b"),
    ),
    (
        {"parts": [{"a": 1, "b": 2}, {"a": 1, "b": 1}]},
        ("FieldValueInvalid", "spec.parts[1]", "Invalid value: a and b must differ"),
    ),
]


@pytest.mark.parametrize(("spec", "cause"), BROKEN, ids=[str(spec) for spec, _ in BROKEN])
def test_a_broken_rule_is_a_cause_at_its_place(api, path, spec, cause):
    answer = api.post(path, thing(**spec))
    assert answer.refusal()[:2] == (422, "Invalid")
    assert answer.causes() == [cause]


@pytest.mark.parametrize(("size", "status"), [(1, 201), (0, 422), ("2Gi", 201), ("1Mi", 422)])
def test_quantities_and_dynamic_types_are_understood(api, path, size, status):
    assert api.post(path, thing(size=size)).status == status


def test_a_transition_rule_holds_between_old_and_new(api, path):
    made = api.post(path, thing(fixed="one")).ok()
    made["spec"]["fixed"] = "two"
    answer = api.put(f"{path}/a", made)
    assert answer.refusal()[:2] == (422, "Invalid")
    assert answer.causes() == [
        ("FieldValueInvalid", "spec.fixed", 'Invalid value: "two": fixed is immutable')
    ]
    made["spec"]["fixed"] = "one"
    made["spec"]["min"] = 1
    assert api.put(f"{path}/a", made).status == 200


def test_a_transition_rule_says_nothing_of_what_is_new(api, path):
    api.post(path, thing()).ok()
    assert api.patch("merge", f"{path}/a", {"spec": {"fixed": "one"}}).status == 200
    assert api.patch("merge", f"{path}/a", {"spec": {"fixed": None}}).status == 200


def test_rules_are_not_asked_where_the_schema_is_already_broken(api, path):
    answer = api.post(path, thing(min="three", max=2))
    assert answer.refusal()[:2] == (422, "Invalid")
    fields = {cause[1] for cause in answer.causes()}
    assert "spec.min" in fields
    assert not any("min must not exceed" in cause[2] for cause in answer.causes())


BAD = [
    "self.nonsense > 1",
    "self.min >",
    "self.min",
    "self.min > 'text'",
    "unknown(self.min)",
    "cel.bind(v, self.min, v == 1)",  # in CEL, but not in Kubernetes' environment
    "math.greatest(self.min, 2) == 2",
]


@pytest.mark.parametrize("text", BAD)
def test_a_rule_that_does_not_compile_makes_its_definition_invalid(api, text):
    answer = api.post(DEFINITIONS, definition("bads", of_spec(rule(text), min=INTEGER)))
    assert answer.refusal()[:2] == (422, "Invalid")
    where = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule"
    assert {cause[1] for cause in answer.causes()} == {where}


GOOD = [
    "self.all(k, self[k].size() > 0)",
    "self.exists(k, k == 'a')",
    "self.exists_one(k, k == 'a')",
    "self.map(k, k).size() == 1",
    "self.filter(k, k.startsWith('a')).size() == 1",
    "self['a'].matches('^v')",
    "self['a'].lowerAscii() == 'v'",
    "self['a'].split('').size() == 1",
    "self['a'].replace('v', 'w') == 'w'",
    "self['a'].find('v') == 'v'",
    "isURL('https://example.com/x') && url('https://example.com/x').getHost() == 'example.com'",
    "isIP('10.0.0.1') && ip('10.0.0.1').family() == 4",
    "cidr('10.0.0.0/8').containsIP('10.1.2.3')",
    "duration('1h') > duration('59m')",
    "timestamp('2025-01-01T00:00:00Z') < timestamp('2025-01-02T00:00:00Z')",
    "[1, 2, 3].sum() == 6 && [1, 2].isSorted() && [3, 1].max() == 3",
    "[1, 2, 2].indexOf(2) == 1",
    "!format.dns1123Label().validate('ok').hasValue()",
    "semver('1.2.3').isLessThan(semver('1.3.0'))",
    "sets.contains(['a', 'b'], ['a'])",
    "optional.of(1).hasValue() && self[?'b'].orValue('none') == 'none'",
    "'%s!'.format([self['a']]) == 'v!'",
    "self['a'].size() == 1 ? true : false",
    "has(self.a)",
]


@pytest.mark.parametrize("text", GOOD)
def test_the_functions_that_crds_use_are_known(api, namespace, text):
    """One definition a rule, served nowhere: what a rule says shows in the default's check."""
    plural = f"rules{abs(hash((namespace.name, text))) % 10**9}"
    strings = {"type": "string", "maxLength": 5}
    schema = {
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "maxProperties": 3,
                "additionalProperties": strings,
                "default": {"a": "v"},
                "x-kubernetes-validations": [rule(text)],
            }
        },
    }
    answer = api.post(DEFINITIONS, definition(plural, schema), dryRun="All")
    assert answer.status == 201, answer.body
    schema["properties"]["spec"]["x-kubernetes-validations"] = [rule(f"!({text})")]
    answer = api.post(DEFINITIONS, definition(plural, schema), dryRun="All")
    assert answer.refusal()[:2] == (422, "Invalid")


PATH_MATCH = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "default": "Prefix", "enum": ["Exact", "Prefix"]},
        "value": {"type": "string", "default": "/", "maxLength": 64},
    },
    "x-kubernetes-validations": [
        rule("self.type != 'Prefix' || self.value.startsWith('/')", message="must begin with /")
    ],
}
MATCHES = {"type": "array", "maxItems": 4, "items": PATH_MATCH}


def at_least(least):
    return [rule(f"self >= {least}")]


DEFAULTS = [
    ({**STRING, "default": "ab", "x-kubernetes-validations": [rule("self.size() > 1")]}, []),
    ({**MATCHES, "default": [{"type": "Prefix", "value": "/"}]}, []),
    ({**INTEGER, "default": 3, "x-kubernetes-validations": at_least(3)}, []),
    ({"type": "boolean", "default": True, "x-kubernetes-validations": [rule("self")]}, []),
    (
        {**INTEGER, "default": 3, "x-kubernetes-validations": at_least(4)},
        [("FieldValueInvalid", ".default", "Invalid value: 3: failed rule: self >= 4")],
    ),
    (
        {**MATCHES, "default": [{"type": "Exact", "value": "/"}, {"type": "Prefix", "value": "a"}]},
        [("FieldValueInvalid", ".default[1]", "Invalid value: must begin with /")],
    ),
    (
        # What replaces itself is what a transition rule compares.
        {**INTEGER, "default": 3, "x-kubernetes-validations": [rule("self > oldSelf")]},
        [("FieldValueInvalid", ".default", "Invalid value: 3: failed rule: self > oldSelf")],
    ),
]


@pytest.mark.parametrize(("schema", "causes"), DEFAULTS)
def test_a_default_of_any_type_must_satisfy_the_rules_beside_it(api, schema, causes):
    answer = api.post(DEFINITIONS, definition("defaulteds", of_spec(value=schema)), dryRun="All")

    at = "spec.validation.openAPIV3Schema.properties[spec].properties[value]"
    assert [(r, f.removeprefix(at), m) for r, f, m in answer.causes()] == causes
    assert answer.status == (422 if causes else 201)


def test_a_default_beside_a_rule_that_does_not_compile_makes_its_definition_invalid(api):
    schema = {**INTEGER, "default": 3, "x-kubernetes-validations": [rule("self.size() > 1")]}
    answer = api.post(DEFINITIONS, definition("defaulteds", of_spec(value=schema)), dryRun="All")

    assert answer.refusal()[:2] == (422, "Invalid")
    # The real server says it at the default, this one at the rule.
    [(_, field, message)] = answer.causes()
    assert field.startswith("spec.validation.openAPIV3Schema.properties[spec].properties[value]")
    assert "compilation failed" in message
