"""Install manifests in a running API server: definitions first, then the objects that they
define."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import msgspec

from kube.client import RESTClient
from kube.runtime import errors
from kube.runtime.trees import Tree

ESTABLISHED_WITHIN = 30.0
"""Seconds; an API server that is not overwhelmed takes a tenth of one."""

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

_JSON = {"content-type": "application/json"}


def install(rest: RESTClient, manifests: Iterable[Tree]) -> None:
    """Create the objects, and return when every CRD among them is served.

    Raises APIError for a refused object, ValueError for one of a kind that is not served, and
    TimeoutError.
    """
    trees = list(manifests)
    definitions = [tree for tree in trees if tree["kind"] == "CustomResourceDefinition"]
    for tree in definitions:
        _create(rest, DEFINITIONS, tree)
    deadline = time.monotonic() + ESTABLISHED_WITHIN
    for tree in definitions:
        _wait_until_served(rest, tree, deadline)
    for tree in trees:
        if tree["kind"] != "CustomResourceDefinition":
            _create(rest, _path(rest, tree), tree)


def _create(rest: RESTClient, path: str, tree: Tree) -> None:
    rest.request("POST", path, headers=_JSON, body=msgspec.json.encode(tree))


def _get(rest: RESTClient, path: str) -> Any:
    return msgspec.json.decode(rest.request("GET", path).body)


def _wait_until_served(rest: RESTClient, tree: Tree, deadline: float) -> None:
    name = tree["metadata"]["name"]
    group = tree["spec"]["group"]
    versions = [each["name"] for each in tree["spec"]["versions"] if each.get("served")]
    while True:
        conditions = _get(rest, f"{DEFINITIONS}/{name}").get("status", {}).get("conditions") or ()
        by_type = {each["type"]: each for each in conditions}
        refused = by_type.get("NamesAccepted", {})
        if refused.get("status") == "False":
            raise ValueError(f"{name} is not served: {refused.get('message')}")
        if by_type.get("Established", {}).get("status") == "True" and all(
            _is_listed(rest, group, version, tree) for version in versions
        ):
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} is not served after {ESTABLISHED_WITHIN:g} s")
        time.sleep(0.05)
    for version in versions:
        # A watch is refused for a moment longer, until the server's cache is filled.
        with rest.stream(
            f"/apis/{group}/{version}/{tree['spec']['names']['plural']}",
            query=[("watch", "true"), ("resourceVersion", "0")],
        ):
            pass


def _is_listed(rest: RESTClient, group: str, version: str, tree: Tree) -> bool:
    """Discovery follows a moment after the condition."""
    try:
        listed = _get(rest, f"/apis/{group}/{version}")
    except errors.NotFoundError:
        return False
    return any(each["name"] == tree["spec"]["names"]["plural"] for each in listed["resources"])


def _path(rest: RESTClient, tree: Tree) -> str:
    api_version, kind = str(tree.get("apiVersion")), tree["kind"]
    root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
    try:
        listed = _get(rest, root)["resources"]
    except errors.NotFoundError:
        listed = ()
    for each in listed:
        if each["kind"] == kind and "/" not in each["name"]:
            namespace = tree["metadata"].get("namespace") or "default"
            scope = f"/namespaces/{namespace}" if each["namespaced"] else ""
            return f"{root}{scope}/{each['name']}"
    raise ValueError(f"no resource of kind {kind} in {api_version}")
