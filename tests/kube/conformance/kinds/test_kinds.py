"""Kubernetes' own kinds: what is stored of an object, and what is refused.

For each object of objects.yaml, and for each change of each of its members (mutations.py), by a
create, an update, patches and an apply of a second manager, a digest of the answer of a real
kube-apiserver is recorded. Both servers are held to them. What the embedded server is known to do
otherwise stands in differences.txt, which may only shrink.

`--update-goldens` records the answers of the real server, and the differences of the embedded one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kube.conformance.kinds.mutations import mutations, patches

FOLDER = Path(__file__).parent
DIFFERENCES = FOLDER / "differences.txt"
DISCOVERY = json.loads(
    (FOLDER.parents[3] / "kube" / "envtest" / "facts" / "discovery.json").read_text()
)
_OWN = ("uid", "resourceVersion", "creationTimestamp", "lastPhaseTransitionTime", "time")
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_NUMBERS = re.compile(r"^(\d+[smhdy])+$|\d{4}-\d\d-\d\dT.*|10\.[\d.]+|(?<=:)3\d{4}(?=/)")
"""Ages, times, addresses and ports in a table."""
_DIFF = re.compile(r"\n.*", re.DOTALL)
"""What Go shows of two specs after a refusal of Pods and claims."""
_PATCH = re.compile(
    r"(patch: Invalid value: |^FieldValueInvalid \| patch \| Invalid value: ).*", re.DOTALL
)
"""A refused patch is shown whole, with resource versions."""
_NODE_PORT = re.compile(r"nodePort:\d+")
_ALLOCATED = {"clusterIP": "an address", "clusterIPs": "addresses", "nodePort": "a port"}


@cache
def objects() -> dict[str, Any]:
    text = (FOLDER / "objects.yaml").read_text()
    return {
        f"{each['kind']} {each['apiVersion'].replace('/', ' ')}": each
        for each in yaml.safe_load_all(text)
    }


def path_of(document: Any, namespace: str) -> str:
    group_version = document["apiVersion"]
    listed = (r for r in DISCOVERY[group_version] if "/" not in r["name"])
    resource = next(r for r in listed if r["kind"] == document["kind"])
    root = f"/{'apis' if '/' in group_version else 'api'}/{group_version}"
    inside = f"/namespaces/{namespace}" if resource["namespaced"] else ""
    return f"{root}{inside}/{resource['name']}"


def comparable(value: Any, namespace: str, key: str = "") -> Any:
    """An object without what differs from run to run."""
    if isinstance(value, dict):
        return {k: comparable(v, namespace, k) for k, v in value.items() if k not in _OWN}
    if isinstance(value, list) and key not in _ALLOCATED:
        return [comparable(item, namespace) for item in value]
    if key in _ALLOCATED and value not in ("None", ["None"]):
        return _ALLOCATED[key]
    if isinstance(value, str):
        value = _NODE_PORT.sub("nodePort:N", _PATCH.sub(r"\1", value))
        return _UID.sub("a uid", value.replace(namespace, "NAMESPACE"))
    return value


def outcome(answer: Any, namespace: str) -> Any:
    """What is compared: of a refusal its code, reason and causes, else a digest of the object."""
    if answer.status >= 300:
        causes = sorted({_DIFF.sub("", " | ".join(map(str, c))) for c in answer.causes()})
        message = _DIFF.sub("", answer.body["message"]) if len(answer.causes()) < 2 else ""
        texts = [str(answer.status), answer.body.get("reason", ""), message, *causes]
        return comparable(texts, namespace)
    body = comparable(answer.body, namespace)
    if isinstance(body, dict) and "managedFields" in body.get("metadata", {}):
        body["metadata"]["managedFields"].sort(key=lambda entry: entry["manager"])
    text = json.dumps(body, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest(answer: Any) -> str:
    return hashlib.sha256(json.dumps(answer).encode()).hexdigest()[:12]


TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


def play(api: Any, namespace: str, document: Any) -> dict[str, Any]:
    """The answers to all requests about an object, by what is asked."""
    document = json.loads(json.dumps(document).replace("NAMESPACE", namespace))
    path, name = path_of(document, namespace), document["metadata"]["name"]
    answers: dict[str, Any] = {}

    def note(done: str, answer: Any) -> None:
        answers[done.replace(namespace, "NAMESPACE")] = outcome(answer, namespace)

    for done, changed in mutations(document):
        note(f"create: {done}", api.post(path, changed, dryRun="All"))
    note("create", api.post(path, document, fieldManager="first"))
    try:
        _play_changes(api, f"{path}/{name}", document, note)
    finally:
        api.delete(f"{path}/{name}", gracePeriodSeconds=0)
        api.patch("merge", f"{path}/{name}", {"metadata": {"finalizers": None}})
    return answers


def _play_changes(api: Any, path: str, document: Any, note: Callable[[str, Any], None]) -> None:
    table = api.get(path, accept=TABLE, includeObject="None")
    (row,) = table.ok()["rows"]
    # Identities first: digits of one may look like a port.
    cells = [_NUMBERS.sub("N", _UID.sub("a uid", str(cell))) for cell in row["cells"]]
    note("table", replace(table, body=cells))
    for done, changed in mutations(document):
        note(f"update: {done}", api.put(path, changed, dryRun="All", fieldManager="second"))
    for done, change in patches(document):
        for kind in ("merge", "strategic"):
            answer = api.patch(kind, path, change, dryRun="All", fieldManager="second")
            note(f"{kind} patch: {done}", answer)
        head = {key: document[key] for key in ("apiVersion", "kind")}
        applied = {**change, **head, "metadata": {"name": document["metadata"]["name"]}}
        answer = api.patch("apply", path, applied, dryRun="All", fieldManager="second")
        note(f"apply: {done}", answer)


@pytest.mark.parametrize("name", objects())
def test_objects_and_refusals_are_those_of_a_kube_apiserver(
    api: Any, server: str, namespace: Any, name: str, request: pytest.FixtureRequest
) -> None:
    answers = play(api, namespace.name, objects()[name])
    recorded = FOLDER / "answers" / f"{name.replace(' ', '-').lower()}.txt"
    update = request.config.getoption("--update-goldens")
    if update and server == "real":
        recorded.parent.mkdir(exist_ok=True)
        recorded.write_text("".join(f"{digest(answer)}\n" for answer in answers.values()))
    expected = dict(zip(answers, recorded.read_text().split(), strict=True))
    different = sorted(done for done in expected if digest(answers[done]) != expected[done])
    if server == "real":
        assert not different
        return
    known = DIFFERENCES.read_text().splitlines() if DIFFERENCES.exists() else []
    lines = [f"{name}: {done}" for done in different]
    if update:
        others = [line for line in known if not line.startswith(f"{name}: ")]
        DIFFERENCES.write_text("\n".join(sorted([*others, *lines])) + "\n")
        return
    new = [line for line in lines if line not in known]
    gone = [line for line in known if line.startswith(f"{name}: ") and line not in lines]
    assert not new, (new[0], answers[new[0].removeprefix(f"{name}: ")])
    assert not gone, "no longer different: run this with --update-goldens"
