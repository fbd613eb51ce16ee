"""Requests about an object, sent to a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kube.client import TransportError
from tests.kube.conformance.kinds import answers
from tests.kube.conformance.kinds.changes import CHANGEABLE
from tests.kube.conformance.kinds.drawing import Asked
from tests.kube.conformance.kinds.mutations import mutations, patches
from tests.kube.conformance.waiting import eventually

_DEFINITIONS = "/customresourcedefinitions/"
HEAD = ("apiVersion", "kind", "metadata")
UNANSWERED = "no answer"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
DISCOVERY = json.loads(
    (Path(__file__).parents[4] / "kube" / "envtest" / "facts" / "discovery.json").read_text()
)


_OBJECTS = Path(__file__).parent / "objects.yaml"
_USUAL = ("create",) * 5 + ("update",) * 4 + ("json", "merge", "strategic", "apply") * 2
_OF_DEFINITIONS = ("define",) * 18 + ("redefine",) * 6


@cache
def objects() -> dict[str, Any]:
    """The objects that requests are about, by kind and version; a second one by its name too."""
    named: dict[str, Any] = {}
    for each in yaml.safe_load_all(_OBJECTS.read_text()):
        name = f"{each['kind']} {each['apiVersion'].replace('/', ' ')}"
        if name in named:
            name += f" {each['metadata']['name'].partition('.')[0]}"
        named[name] = each
    return named


def verbs(document: Any) -> tuple[str, ...]:
    """What may be drawn for a kind, by how often."""
    inside = {resource["name"].partition("/")[2] for resource in resources(document)}
    more = ["change"] * 3 if document["kind"] in CHANGEABLE else []
    if document["kind"] == "Pod":
        more += ["resize", "ephemeralcontainers", "binding", "eviction", "changes_of_status"]
    own = _OF_DEFINITIONS if document["kind"] == "CustomResourceDefinition" else ()
    return (
        *_USUAL,
        *own,
        "applies",
        *(each for each in ("status", "scale") if each in inside),
        *more,
    )


def resources(document: Any) -> list[Any]:
    """The resource of an object's kind, and its subresources."""
    listed = DISCOVERY[document["apiVersion"]]
    (main,) = (r for r in listed if "/" not in r["name"] and r["kind"] == document["kind"])
    return [main, *(r for r in listed if r["name"].startswith(f"{main['name']}/"))]


def path_of(document: Any, namespace: str) -> str:
    group_version = document["apiVersion"]
    resource = resources(document)[0]
    root = f"/{'apis' if '/' in group_version else 'api'}/{group_version}"
    inside = f"/namespaces/{namespace}" if resource["namespaced"] else ""
    return f"{root}{inside}/{resource['name']}"


def placed(document: Any, namespace: str) -> Any:
    """A document that names the namespace which it is created in."""
    return json.loads(json.dumps(document).replace("NAMESPACE", namespace))


@contextmanager
def existing(api: Any, path: str, answer: Any):
    """Something that is deleted at the end, whatever holds it."""
    try:
        yield answer
    finally:
        api.delete(path, gracePeriodSeconds=0)
        api.patch("merge", path, {"metadata": {"finalizers": None}})
        if path.startswith("/api/v1/namespaces/") and path.count("/") == 4:
            head = {"apiVersion": "v1", "kind": "Namespace"}
            name = {"name": path.rpartition("/")[2]}
            api.put(f"{path}/finalize", {**head, "metadata": name, "spec": {"finalizers": []}})
        if _DEFINITIONS in path:
            eventually(lambda: api.get(path).status == 404)


def settled(api: Any, path: str) -> None:
    """Return once a CustomResourceDefinition's names have been looked at."""
    if _DEFINITIONS in path and api.get(path).status == 200:
        eventually(lambda: _is_settled(api.get(path).ok()))


def _is_settled(definition: Any) -> bool:
    status = definition["status"]
    holds = {each["type"]: each["status"] for each in status["conditions"] or ()}
    if not {"NamesAccepted", "Established"} <= holds.keys():
        return False
    if holds["NamesAccepted"] == "False":
        return True
    accepted = status["acceptedNames"] == definition["spec"]["names"]
    return accepted and holds["Established"] == "True"


def systematic(api: Any, namespace: str, document: Any) -> dict[str, Any]:
    """The answers to each change of each member, by what is asked."""
    document = placed(document, namespace)
    path, name = path_of(document, namespace), document["metadata"]["name"]
    noted: dict[str, Any] = {}

    def note(done: str, answer: Any) -> None:
        noted[done.replace(namespace, "NAMESPACE")] = answers.outcome(answer, namespace)

    for done, changed in mutations(document):
        note(f"create: {done}", api.post(path, changed, dryRun="All"))
    with existing(api, f"{path}/{name}", api.post(path, document, fieldManager="first")) as answer:
        note("create", answer)
        settled(api, f"{path}/{name}")
        _systematic_changes(api, f"{path}/{name}", document, note)
    return noted


def _systematic_changes(api: Any, path: str, document: Any, note: Any) -> None:
    table = api.get(path, accept=TABLE, includeObject="None")
    (row,) = table.ok()["rows"]
    note("table", replace(table, body=answers.cells(row)))
    for done, changed in mutations(document):
        changed = _versioned(api, path, changed)
        note(f"update: {done}", api.put(path, changed, dryRun="All", fieldManager="second"))
    for done, change, operations in patches(document):
        for kind, body in (("merge", change), ("strategic", change), ("json", operations)):
            answer = api.patch(kind, path, body, dryRun="All", fieldManager="second")
            note(f"{kind} patch: {done}", answer)
        head = {key: document[key] for key in ("apiVersion", "kind")}
        applied = {**change, **head, "metadata": {"name": document["metadata"]["name"]}}
        answer = api.patch("apply", path, applied, dryRun="All", fieldManager="second")
        note(f"apply: {done}", answer)


def drawn(
    api: Any, namespace: str, document: Any, cases: Sequence[list[Asked]], *, warns: bool = False
) -> list[Any]:
    """The answers to drawn requests; a case of several is about an object of its own.

    If `warns`, with the warnings that came with them.
    """
    document = placed(document, namespace)
    path, name = path_of(document, namespace), document["metadata"]["name"]
    found: list[Any] = []
    with existing(api, f"{path}/{name}", api.post(path, document, fieldManager="first")) as answer:
        answer.ok()
        settled(api, f"{path}/{name}")
        for case in cases:
            is_one = len(case) == 1
            found.append(_asked(api, path, name, namespace, case, warns) if is_one else None)
    for index, case in enumerate(cases):
        if len(case) > 1:
            found[index] = _of_its_own(api, namespace, name, path, index, case, warns)
    return found


def _of_its_own(
    api: Any,
    namespace: str,
    name: str,
    path: str,
    index: int,
    case: list[Asked],
    warns: bool,
) -> list[Any]:
    """The answers to requests that are stored, about an object of their own.

    What a server has served of a definition lasts a little longer than it, so each has a group.
    """
    own = f"{namespace}-{index}" if _DEFINITIONS in f"{path}/" else namespace
    name = name.replace(namespace, own)
    with existing(api, f"{path}/{name}", None):
        return _asked(api, path, name, own, case, warns)


def _asked(
    api: Any, path: str, name: str, namespace: str, case: list[Asked], warns: bool
) -> list[Any]:
    dry = {"dryRun": "All", "fieldManager": "second"} if len(case) == 1 else {}
    found = []
    for step in case:
        try:
            answer = _send(api, path, name, step, {**dry, **step.query}, namespace)
        except TransportError:
            # A handler of kube-apiserver panicked; there is nothing to be compared with.
            return [*found, *[UNANSWERED] * (len(case) - len(found))]
        outcome = answers.outcome(answer, namespace)
        found.append({"": outcome, "warnings": sorted(answer.warnings())} if warns else outcome)
        if not dry:
            settled(api, f"{path}/{name}")
    return found


def _versioned(api: Any, path: str, body: Any) -> Any:
    """The new state of a definition with the resourceVersion, without which none is looked at."""
    metadata = body.get("metadata")
    if _DEFINITIONS not in path or not isinstance(metadata, dict):
        return body
    live = api.get(path).body.get("metadata", {})
    return {**body, "metadata": {**metadata, "resourceVersion": live.get("resourceVersion", "")}}


def _send(api: Any, path: str, name: str, step: Asked, query: Any, namespace: str) -> Any:
    body = placed(step.body, namespace)
    subresource, _, verb = step.verb.rpartition(" ")
    where = f"{path}/{name}/{subresource}" if subresource else f"{path}/{name}"
    if verb == "create" and subresource:
        return api.post(where, body, **query)
    if verb == "create":
        # Beside the object that is there, so that rules are looked at and not the name alone.
        if _DEFINITIONS in f"{path}/":
            body = placed(step.body, f"{namespace}-new")
        elif isinstance(body.get("metadata"), dict) and body["metadata"].get("name") == name:
            body["metadata"]["name"] = f"{name}-new"
        return api.post(path, body, **query)
    if verb == "update":
        return api.put(where, _versioned(api, f"{path}/{name}", body), **query)
    return api.patch(verb, where, body, **query)
