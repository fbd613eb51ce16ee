"""Names depend on nothing but what they name, and on what shares their words."""

from __future__ import annotations

import itertools

import pytest

from codegen.importer import names


def classes(*paths: str) -> dict[str, str]:
    """The name of each path, all in one version."""
    keys = {("v1", i): path for i, path in enumerate(paths)}
    found = names.classes({key: [tuple(p.split("."))] for key, p in keys.items()}, ["App", "Job"])
    return {path: found[key] for key, path in keys.items()}


def test_a_class_is_called_by_the_shortest_tail_that_is_its_own() -> None:
    assert classes("App.spec", "App.spec.probe", "App.spec.web.port", "App.spec.ui.port") == {
        "App.spec": "AppSpec",
        "App.spec.probe": "Probe",
        "App.spec.web.port": "WebPort",
        "App.spec.ui.port": "UiPort",
    }


def test_the_kind_comes_first_where_two_kinds_have_the_same_tail() -> None:
    assert classes("App.spec.template", "Job.spec.template", "Job.spec.a.port", "App.status.port",
                   "Job.spec.b.port") == {
        "App.spec.template": "AppTemplate",
        "Job.spec.template": "JobTemplate",
        "Job.spec.a.port": "APort",
        "App.status.port": "AppPort",
        "Job.spec.b.port": "BPort",
    }  # fmt: skip


def test_names_do_not_depend_on_the_order_of_what_they_name() -> None:
    paths = ("App.spec.port", "Job.spec.port", "App.spec.app", "App.spec.none", "App.spec.a-b")
    answers = [classes(*order) for order in itertools.permutations(paths)]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["App.spec.app"] == "AppApp"  # App is the kind
    assert answers[0]["App.spec.none"] == "AppNone"  # None is Python's


def test_a_path_has_one_name_in_all_versions() -> None:
    found = names.classes(
        {
            ("v1", 0): [("App", "spec", "port")],
            ("v2", 0): [("App", "spec", "port")],
            ("v2", 1): [("App", "status", "port")],
        },
        ["App"],
    )
    assert found == {("v1", 0): "SpecPort", ("v2", 0): "SpecPort", ("v2", 1): "StatusPort"}


def test_what_a_name_with_a_number_would_be_is_not_taken_from_another_class() -> None:
    paths = {("v1", 0): [("App", "spec", "port")], ("v1", 1): [("App", "spec", "port")]}
    found = names.classes({**paths, ("v1", 2): [("App", "spec", "port2")]}, ["App"])
    assert len(set(found.values())) == 3


def test_a_member_and_the_elements_of_a_list_may_have_one_word() -> None:
    found = classes("App.spec.port", "App.spec.port[]")
    assert found == {"App.spec.port": "AppSpecPort", "App.spec.port[]": "AppSpecPort2"}


@pytest.mark.parametrize(
    ("json_names", "expected"),
    [
        (["from"], {"from": "from_"}),
        (["list", "field"], {"list": "list_", "field": "field_"}),
        (["deepCopy"], {"deepCopy": "deep_copy_"}),
        (["proxyURL", "proxyUrl"], {"proxyURL": "proxy_url_2", "proxyUrl": "proxy_url"}),
        (["client_id", "clientID"], {"clientID": "client_id", "client_id": "client_id_2"}),
        (["9p"], {"9p": "field_9p"}),
        (["$ref", "_x", "a-b.c"], {"$ref": "ref", "_x": "x", "a-b.c": "a_b_c"}),
        (["$"], {"$": "field_"}),
    ],
)
def test_fields_have_names_that_python_takes_and_no_two_meet(
    json_names: list[str], expected: dict[str, str]
) -> None:
    assert names.fields(json_names) == expected
    assert names.fields(reversed(json_names)) == expected


@pytest.mark.parametrize(
    ("plural", "expected"),
    [("containers", "container"), ("policies", "policy"), ("addresses", "address"),
     ("data", "dataItem"), ("is", "isItem")],
)  # fmt: skip
def test_an_element_is_called_in_the_singular(plural: str, expected: str) -> None:
    assert names.singular(plural) == expected


def test_groups_of_one_first_word_get_as_many_words_as_tell_them_apart() -> None:
    groups = ["gateway.networking.k8s.io", "gateway.networking.x-k8s.io", "gateway.io", "apps.io"]
    expected = {
        "gateway.networking.k8s.io": "GatewayNetworkingK8s",
        "gateway.networking.x-k8s.io": "GatewayNetworkingXK8s",
        "gateway.io": "GatewayIo",
    }
    assert names.go_names(groups, {}) == expected
    assert names.go_names(reversed(groups), {}) == expected
    assert names.go_names(["apps.io"], {"apps.example.com": "apps"}) == {"apps.io": "AppsIo"}
    assert names.go_names(["apps.io"], {"apps.io": "apps"}) == {}


def test_a_list_class_makes_way_for_a_kind_of_its_name() -> None:
    assert names.lists({"Foo": None, "FooList": None, "Bar": "BarList"}) == {
        "Foo": "FooItems", "FooList": "FooListList", "Bar": "BarList"
    }  # fmt: skip
    assert names.lists({"Foo": "Foos", "FooList": None})["Foo"] == "Foos"
    assert names.lists({"Foo": "FooList", "FooList": None, "FooItems": None})["Foo"] == "FooItems2"
