"""Garbage collection and the deletion of namespaces, where a server is asked to do them."""

from __future__ import annotations

from typing import Any

import pytest

from kube.envtest import Server
from tests.kube.envtest.api import NAMESPACES, WIDGETS, Client, definition, widget


@pytest.fixture
def server() -> Server:
    found = Server(controllers=["garbage-collector-controller", "namespace-controller"])
    found.load([definition()])
    return found


def owned(name: str, *owners: dict[str, Any], **reference: Any) -> dict[str, Any]:
    body = widget(name)
    body["metadata"]["ownerReferences"] = [
        {
            "apiVersion": "example.com/v1",
            "kind": "Widget",
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            **reference,
        }
        for owner in owners
    ]
    return body


def left(client: Client) -> list[str]:
    return [item["metadata"]["name"] for item in client.get(WIDGETS).body["items"]]


def test_dependents_go_after_their_owner_and_their_own_with_them(client: Client) -> None:
    owner = client.create(WIDGETS, widget("owner")).body
    child = client.create(WIDGETS, owned("child", owner)).body
    client.create(WIDGETS, owned("grandchild", child))
    client.create(WIDGETS, widget("stranger"))
    client.delete(f"{WIDGETS}/owner")
    assert left(client) == ["stranger"]


def test_a_dependent_with_another_owner_stays_and_forgets_the_first(client: Client) -> None:
    one = client.create(WIDGETS, widget("one")).body
    two = client.create(WIDGETS, widget("two")).body
    client.create(WIDGETS, owned("child", one, two))
    client.delete(f"{WIDGETS}/one")
    references = client.get(f"{WIDGETS}/child").body["metadata"]["ownerReferences"]
    assert [reference["name"] for reference in references] == ["two"]


def test_an_object_whose_owner_was_never_there_is_collected(client: Client) -> None:
    ghost = {"metadata": {"name": "ghost", "uid": "gone"}}
    client.create(WIDGETS, owned("child", ghost))
    client.create(WIDGETS, owned("kept", ghost, kind="Unknown"))
    assert left(client) == ["kept"]


def test_orphaned_dependents_stay_without_their_owner(client: Client) -> None:
    owner = client.create(WIDGETS, widget("owner")).body
    client.create(WIDGETS, owned("child", owner))
    client.delete(f"{WIDGETS}/owner", {"propagationPolicy": "Orphan"})
    assert left(client) == ["child"]
    assert "ownerReferences" not in client.get(f"{WIDGETS}/child").body["metadata"]


def test_in_the_foreground_the_owner_waits_for_those_that_block_it(client: Client) -> None:
    owner = client.create(WIDGETS, widget("owner")).body
    child = owned("child", owner, blockOwnerDeletion=True)
    child["metadata"]["finalizers"] = ["x/y"]
    client.create(WIDGETS, child)
    client.delete(f"{WIDGETS}/owner", {"propagationPolicy": "Foreground"})
    assert left(client) == ["child", "owner"]
    client.patch(f"{WIDGETS}/child", {"metadata": {"finalizers": None}})
    assert left(client) == []


def test_a_namespace_goes_with_all_that_is_in_it(client: Client) -> None:
    client.create(NAMESPACES, {"metadata": {"name": "team"}})
    path = WIDGETS.replace("default", "team")
    held = widget("held")
    held["metadata"]["finalizers"] = ["x/y"]
    client.create(path, held)
    client.create(path, widget("a"))
    client.delete(f"{NAMESPACES}/team")
    assert [item["metadata"]["name"] for item in client.get(path).body["items"]] == ["held"]
    assert client.get(f"{NAMESPACES}/team").body["status"]["phase"] == "Terminating"
    client.patch(f"{path}/held", {"metadata": {"finalizers": None}})
    assert client.get(f"{NAMESPACES}/team").status == 404


def test_without_controllers_nothing_is_collected() -> None:
    server = Server()
    server.load([definition()])
    client = Client(server)
    owner = client.create(WIDGETS, widget("owner")).body
    client.create(WIDGETS, owned("child", owner))
    client.delete(f"{WIDGETS}/owner")
    assert left(client) == ["child"]


def test_a_cluster_role_has_the_rules_of_those_that_its_labels_select() -> None:
    client = Client(Server(controllers=["clusterrole-aggregation-controller"]))
    roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
    rule = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}
    selector = {"matchLabels": {"to": "all"}}
    every = {"metadata": {"name": "all"}, "aggregationRule": {"clusterRoleSelectors": [selector]}}
    client.create(roles, every)
    client.create(roles, {"metadata": {"name": "one", "labels": {"to": "all"}}, "rules": [rule]})
    client.create(roles, {"metadata": {"name": "two"}, "rules": [rule]})
    assert client.get(f"{roles}/all").body["rules"] == [rule]
    client.delete(f"{roles}/one")
    assert not client.get(f"{roles}/all").body["rules"]
