"""Who may do what: roles and bindings, on both servers."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from kube.client import Impersonation
from kube.envtest import Environment
from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import DEFINITIONS, Namespace

RBAC = "/apis/rbac.authorization.k8s.io/v1"
GROUP = "rbac.authorization.k8s.io"


@pytest.fixture(scope="module")
def deciding(environments, server):
    """A server that decides by roles; the real one always does."""
    if server == "real":
        yield environments("real")
        return
    with Environment(server="embedded", crds=[DEFINITIONS], authorization=True) as environment:
        yield environment


@pytest.fixture(scope="module")
def admin(deciding):
    api = Api(deciding.config)
    yield api
    api.close()


@pytest.fixture
def act_as(deciding):
    """`act_as(name, groups…)` is a client of that user."""
    opened = []

    def begin(name, *groups):
        user = Impersonation(user=name, groups=groups)
        opened.append(Api(replace(deciding.config, impersonate=user)))
        return opened[-1]

    yield begin
    for api in opened:
        api.close()


@pytest.fixture
def place(admin):
    name = f"test-{secrets.token_hex(4)}"
    admin.post("/api/v1/namespaces", {"metadata": {"name": name}}).ok()
    return Namespace(name)


@pytest.fixture
def user():
    return f"user-{secrets.token_hex(4)}"


@pytest.fixture
def grant(admin, place):
    """`grant(subject, *rules)` binds a role of these rules in the namespace; `wide` in all."""

    def bind(subject, *rules, wide=False):
        name = f"role-{secrets.token_hex(4)}"
        kind = "ClusterRole" if wide else "Role"
        role = {"metadata": {"name": name}, "rules": list(rules)}
        reference = {"apiGroup": GROUP, "kind": kind, "name": name}
        binding = {"metadata": {"name": name}, "subjects": [subject], "roleRef": reference}
        if wide:
            admin.post(f"{RBAC}/clusterroles", role).ok()
            admin.post(f"{RBAC}/clusterrolebindings", binding).ok()
        else:
            admin.post(place.path(f"{GROUP}/v1/roles"), role).ok()
            admin.post(place.path(f"{GROUP}/v1/rolebindings"), binding).ok()
        return name

    return bind


def named(user):
    return {"kind": "User", "apiGroup": GROUP, "name": user}


def rule(verbs, resources, groups=("",), **rest):
    return {"verbs": verbs, "apiGroups": list(groups), "resources": resources, **rest}


def configmap(name="a", **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_who_has_no_role_may_do_nothing_and_is_told_what_was_asked(act_as, user, place):
    api = act_as(user)
    maps = place.path("configmaps")
    where = f'in API group "" in the namespace "{place.name}"'
    refusals = {
        "list": (api.get(maps), ""),
        "create": (api.post(maps, configmap()), ""),
        "get": (api.get(f"{maps}/a"), ' "a"'),
        "delete": (api.delete(f"{maps}/a"), ' "a"'),
        "patch": (api.patch("merge", f"{maps}/a", {"data": {}}), ' "a"'),
    }
    for verb, (answer, name) in refusals.items():
        message = (
            f'configmaps{name} is forbidden: User "{user}" cannot {verb} resource "configmaps" '
            f"{where}"
        )
        assert answer.refusal() == (403, "Forbidden", message)
        details = {"kind": "configmaps", **({"name": "a"} if name else {})}
        assert answer.body["details"] == details


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "/api/v1/nodes",
            'nodes is forbidden: User "{}" cannot list resource "nodes" in API group "" at the '
            "cluster scope",
        ),
        (
            "/apis/apps/v1/deployments",
            'deployments.apps is forbidden: User "{}" cannot list resource "deployments" in API '
            'group "apps" at the cluster scope',
        ),
        (
            "/apis/example.io/v1/namespaces/default/widgets/a/status",
            'widgets.example.io "a" is forbidden: User "{}" cannot get resource "widgets/status" '
            'in API group "example.io" in the namespace "default"',
        ),
        (
            "/api/v1/namespaces/default",
            'namespaces "default" is forbidden: User "{}" cannot get resource "namespaces" in API '
            'group "" in the namespace "default"',
        ),
        (
            "/apis/nowhere.io/v1/things",
            'things.nowhere.io is forbidden: User "{}" cannot list resource "things" in API group '
            '"nowhere.io" at the cluster scope',
        ),
        ("/metrics", 'forbidden: User "{}" cannot get path "/metrics"'),
    ],
)
def test_a_refusal_names_what_the_path_asks_for(act_as, user, path, message):
    answer = act_as(user).get(path)
    assert answer.refusal() == (403, "Forbidden", message.format(user))


@pytest.mark.parametrize("path", ["/api", "/apis", "/apis/apps/v1", "/version", "/openapi/v3"])
def test_everybody_may_discover(act_as, user, path):
    assert act_as(user).get(path).status == 200


def test_a_role_allows_its_verbs_on_its_resources_in_its_namespace(act_as, user, place, grant):
    grant(named(user), rule(["get", "list", "watch"], ["configmaps"]))
    api = act_as(user)
    assert api.get(place.path("configmaps")).status == 200
    assert api.get(place.path("configmaps", "a")).status == 404
    assert api.get(place.path("secrets")).status == 403
    assert api.get("/api/v1/namespaces/default/configmaps").status == 403
    assert api.get("/api/v1/configmaps").status == 403
    assert api.post(place.path("configmaps"), configmap()).status == 403


def test_a_cluster_role_of_a_cluster_binding_holds_in_all_namespaces(act_as, user, place, grant):
    grant(named(user), rule(["list"], ["configmaps"]), wide=True)
    api = act_as(user)
    assert api.get("/api/v1/configmaps").status == 200
    assert api.get(place.path("configmaps")).status == 200


def test_a_rule_for_names_allows_these_objects_and_lists_that_select_one(
    act_as, user, place, grant, admin
):
    grant(named(user), rule(["get", "list", "update"], ["configmaps"], resourceNames=["mine"]))
    for name in ("mine", "other"):
        admin.post(place.path("configmaps"), configmap(name)).ok()
    api, maps = act_as(user), place.path("configmaps")
    assert api.get(f"{maps}/mine").status == 200
    assert api.get(f"{maps}/other").status == 403
    assert api.get(maps).status == 403
    assert api.get(maps, fieldSelector="metadata.name=mine").status == 200
    assert api.get(maps, fieldSelector="metadata.name=other").status == 403


def test_a_subresource_is_a_resource_of_its_own(act_as, user, place, grant, admin):
    grant(named(user), rule(["get"], ["widgets/status"], ["example.io"]))
    admin.post(
        place.path("example.io/v1/widgets"),
        {"apiVersion": "example.io/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {}},
    ).ok()
    api, widgets = act_as(user), place.path("example.io/v1/widgets")
    assert api.get(f"{widgets}/a/status").status == 200
    assert api.get(f"{widgets}/a").status == 403


@pytest.mark.parametrize(
    "resources", [["*"], ["*/status"], ["widgets/status"]], ids=["all", "all of a name", "one"]
)
def test_stars_stand_for_resources(act_as, user, place, grant, resources):
    grant(named(user), rule(["get"], resources, ["*"]))
    path = place.path("example.io/v1/widgets", "a", "status")
    assert act_as(user).get(path).status == 404


def test_a_binding_of_a_group_and_of_a_service_account_holds_for_them(act_as, place, grant):
    group = f"group-{secrets.token_hex(4)}"
    grant({"kind": "Group", "apiGroup": GROUP, "name": group}, rule(["list"], ["configmaps"]))
    account = {"kind": "ServiceAccount", "name": "robot", "namespace": place.name}
    grant(account, rule(["list"], ["secrets"]))
    maps, hidden = place.path("configmaps"), place.path("secrets")
    assert act_as("somebody", group).get(maps).status == 200
    assert act_as("somebody").get(maps).status == 403
    robot = act_as(f"system:serviceaccount:{place.name}:robot")
    assert robot.get(hidden).status == 200
    assert robot.get(maps).status == 403
    assert act_as("system:serviceaccount:default:robot").get(hidden).status == 403


def test_a_cluster_role_may_be_bound_in_one_namespace(act_as, user, place, admin):
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "cluster-admin"}
    binding = {"metadata": {"name": "b"}, "subjects": [named(user)], "roleRef": reference}
    admin.post(place.path(f"{GROUP}/v1/rolebindings"), binding).ok()
    assert act_as(user).get(place.path("secrets")).status == 200
    assert act_as(user).get("/api/v1/namespaces/default/secrets").status == 403


def test_a_binding_of_a_role_that_is_not_there_is_named_in_the_refusal(act_as, user, place, admin):
    reference = {"apiGroup": GROUP, "kind": "Role", "name": "gone"}
    binding = {"metadata": {"name": "b"}, "subjects": [named(user)], "roleRef": reference}
    admin.post(place.path(f"{GROUP}/v1/rolebindings"), binding).ok()
    answer = act_as(user).get(place.path("secrets"))
    assert answer.refusal()[2].endswith(
        f'in the namespace "{place.name}": RBAC: role.rbac.authorization.k8s.io "gone" not found'
    )


def test_who_may_patch_may_not_create_by_apply(act_as, user, place, grant, admin):
    grant(named(user), rule(["patch"], ["configmaps"]))
    api, maps = act_as(user), place.path("configmaps")
    answer = api.patch("apply", f"{maps}/a", configmap(), fieldManager="m")
    assert answer.refusal()[2] == (
        f'configmaps "a" is forbidden: User "{user}" cannot create resource "configmaps" in API '
        f'group "" in the namespace "{place.name}"'
    )
    admin.post(maps, configmap()).ok()
    assert api.patch("apply", f"{maps}/a", configmap(), fieldManager="m").status == 200


# Escalation


def test_nobody_grants_what_they_do_not_hold(act_as, user, place, grant):
    grant(
        named(user),
        rule(["create", "update"], ["roles", "rolebindings"], [GROUP]),
        rule(["get", "list"], ["pods"]),
    )
    api, roles = act_as(user), place.path(f"{GROUP}/v1/roles")
    held = {"metadata": {"name": "held"}, "rules": [rule(["get"], ["pods"])]}
    assert api.post(roles, held).status == 201
    more = {
        "metadata": {"name": "more"},
        "rules": [
            rule(["get", "delete", "watch"], ["pods", "pods/log"]),
            rule(["update"], ["secrets"], resourceNames=["s"]),
        ],
    }
    answer = api.post(roles, more)
    assert answer.refusal() == (
        403,
        "Forbidden",
        f'roles.rbac.authorization.k8s.io "more" is forbidden: user "{user}" '
        '(groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently '
        "held:\n"
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}\n'
        '{APIGroups:[""], Resources:["pods/log"], Verbs:["get" "delete" "watch"]}\n'
        '{APIGroups:[""], Resources:["secrets"], ResourceNames:["s"], Verbs:["update"]}',
    )


def test_nobody_binds_a_role_that_holds_more_than_they_do(act_as, user, place, grant, admin):
    grant(named(user), rule(["create"], ["rolebindings"], [GROUP]))
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "cluster-admin"}
    binding = {"metadata": {"name": "b"}, "subjects": [named(user)], "roleRef": reference}
    answer = act_as(user).post(place.path(f"{GROUP}/v1/rolebindings"), binding)
    assert answer.refusal() == (
        403,
        "Forbidden",
        f'rolebindings.rbac.authorization.k8s.io "b" is forbidden: user "{user}" '
        '(groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently '
        "held:\n"
        '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n'
        '{NonResourceURLs:["*"], Verbs:["*"]}',
    )


@pytest.mark.parametrize("verb", ["bind", "escalate"])
def test_a_rule_may_allow_to_bind_or_to_escalate(act_as, user, place, grant, verb):
    both = ["roles", "rolebindings", "clusterroles"]
    grant(named(user), rule(["create", verb], both, [GROUP]))
    api = act_as(user)
    role = {"metadata": {"name": "more"}, "rules": [rule(["get"], ["pods"])]}
    answer = api.post(place.path(f"{GROUP}/v1/roles"), role)
    assert answer.status == (201 if verb == "escalate" else 403)
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "cluster-admin"}
    binding = {"metadata": {"name": "b"}, "subjects": [named(user)], "roleRef": reference}
    answer = api.post(place.path(f"{GROUP}/v1/rolebindings"), binding)
    assert answer.status == (201 if verb == "bind" else 403)


# Reviews


def test_a_review_answers_by_roles_and_says_which(act_as, user, place, grant, admin):
    role = grant(named(user), rule(["get"], ["pods"]))
    asked = {"verb": "get", "resource": "pods", "namespace": place.name}
    path = "/apis/authorization.k8s.io/v1"
    mine = act_as(user).post(
        f"{path}/selfsubjectaccessreviews",
        {"kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": asked}},
    )
    reason = f'RBAC: allowed by RoleBinding "{role}/{place.name}" of Role "{role}" to User "{user}"'
    assert mine.ok()["status"] == {"allowed": True, "reason": reason}
    others = admin.post(
        f"{path}/subjectaccessreviews",
        {
            "kind": "SubjectAccessReview",
            "spec": {"user": user, "resourceAttributes": {**asked, "verb": "delete"}},
        },
    )
    assert others.ok()["status"] == {"allowed": False}
    rules = act_as(user).post(
        f"{path}/selfsubjectrulesreviews",
        {"kind": "SelfSubjectRulesReview", "spec": {"namespace": place.name}},
    )
    found = rules.ok()["status"]
    assert {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]} in found["resourceRules"]
    assert not found["incomplete"]


def test_a_review_of_a_path_answers_by_roles(act_as, user):
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    for asked, allowed in (("/apis/apps", True), ("/metrics", False)):
        spec = {"nonResourceAttributes": {"path": asked, "verb": "get"}}
        answer = act_as(user).post(path, {"kind": "SelfSubjectAccessReview", "spec": spec})
        assert answer.ok()["status"]["allowed"] is allowed


def test_a_token_that_nobody_gave_out_is_no_users(admin):
    path = "/apis/authentication.k8s.io/v1/tokenreviews"
    answer = admin.post(path, {"kind": "TokenReview", "spec": {"token": "made-up"}}).ok()
    assert answer["status"].get("authenticated", False) is False
    assert answer["status"]["user"] == {}
    assert "invalid bearer token" in answer["status"]["error"]


# Roles and bindings themselves


@pytest.mark.parametrize(
    ("kind", "body", "causes"),
    [
        (
            "roles",
            {"rules": [{"verbs": []}, {"verbs": ["get"], "nonResourceURLs": ["/x"]}]},
            [
                ("FieldValueRequired", "rules[0].apiGroups"),
                ("FieldValueRequired", "rules[0].resources"),
                ("FieldValueRequired", "rules[0].verbs"),
                ("FieldValueInvalid", "rules[1].nonResourceURLs"),
            ],
        ),
        (
            "clusterroles",
            {"rules": [{**rule(["get"], ["pods"]), "nonResourceURLs": ["/x"]}]},
            [("FieldValueInvalid", "rules[0].nonResourceURLs")],
        ),
        (
            "rolebindings",
            {
                "roleRef": {"apiGroup": "x.io", "kind": "Pod", "name": ""},
                "subjects": [
                    {"kind": "Robot", "name": "r"},
                    {"kind": "User", "apiGroup": "x.io", "name": ""},
                    {"kind": "ServiceAccount", "apiGroup": "x.io", "name": "s"},
                ],
            },
            [
                ("FieldValueNotSupported", "roleRef.apiGroup"),
                ("FieldValueNotSupported", "roleRef.kind"),
                ("FieldValueRequired", "roleRef.name"),
                ("FieldValueNotSupported", "subjects[0].kind"),
                ("FieldValueNotSupported", "subjects[1].apiGroup"),
                ("FieldValueRequired", "subjects[1].name"),
                ("FieldValueNotSupported", "subjects[2].apiGroup"),
            ],
        ),
        (
            "clusterrolebindings",
            {
                "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": "r"},
                "subjects": [{"kind": "ServiceAccount", "name": "s"}],
            },
            [
                ("FieldValueNotSupported", "roleRef.kind"),
                ("FieldValueRequired", "subjects[0].namespace"),
            ],
        ),
    ],
)
def test_a_role_or_binding_that_means_nothing_is_refused(admin, place, kind, body, causes):
    path = f"{RBAC}/{kind}" if kind.startswith("cluster") else place.path(f"{GROUP}/v1/{kind}")
    answer = admin.post(path, {"metadata": {"name": "n"}, **body})
    assert answer.status == 422, answer.body
    assert sorted((reason, field) for reason, field, _ in answer.causes()) == sorted(causes)


def test_the_role_of_a_binding_never_changes_and_its_group_is_filled_in(admin, place):
    path = place.path(f"{GROUP}/v1/rolebindings")
    binding = {
        "metadata": {"name": "b"},
        "roleRef": {"kind": "Role", "name": "r"},
        "subjects": [{"kind": "User", "name": "u"}, {"kind": "ServiceAccount", "name": "s"}],
    }
    stored = admin.post(path, binding).ok()
    assert stored["roleRef"] == {"apiGroup": GROUP, "kind": "Role", "name": "r"}
    assert stored["subjects"] == [
        {"apiGroup": GROUP, "kind": "User", "name": "u"},
        {"kind": "ServiceAccount", "name": "s"},
    ]
    stored["roleRef"]["name"] = "other"
    answer = admin.put(f"{path}/b", stored)
    why = (
        'Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: '
        "cannot change roleRef"
    )
    assert answer.causes() == [("FieldValueInvalid", "roleRef", why)]
