"""Kubernetes' own kinds: what is stored of an object, and what is refused.

For each object of objects.yaml, and for each change of each of its members (mutations.py), the
answers of a real kube-apiserver are recorded. Both servers are held to them. What the embedded
server is known to do otherwise stands in differences.txt, with a count that may only shrink.

`--update-goldens` records the answers of the real server, and the differences of the embedded one.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kube.conformance.kinds.mutations import mutations

FOLDER = Path(__file__).parent
DIFFERENCES = FOLDER / "differences.txt"
DISCOVERY = json.loads(
    (FOLDER.parents[3] / "kube" / "envtest" / "facts" / "discovery.json").read_text()
)
_OWN = ("uid", "resourceVersion", "creationTimestamp", "lastPhaseTransitionTime", "time")
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
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
        return _UID.sub("a uid", value.replace(namespace, "NAMESPACE"))
    return value


def outcome(answer: Any, namespace: str) -> Any:
    """What is compared: of a refusal its code, reason and causes, else a digest of the object."""
    if answer.status >= 300:
        causes = [" | ".join(map(str, cause)) for cause in answer.causes()]
        message = answer.body["message"] if len(causes) < 2 else ""
        texts = [str(answer.status), answer.body.get("reason", ""), message, *causes]
        return comparable(texts, namespace)
    text = json.dumps(comparable(answer.body, namespace), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def play(api: Any, namespace: str, document: Any) -> dict[str, Any]:
    """The answers to a create of an object, and of each of its mutations."""
    text = json.dumps(document).replace("NAMESPACE", namespace)
    document = json.loads(text)
    path = path_of(document, namespace)
    answers = {"as it is": outcome(api.post(path, document, dryRun="All"), namespace)}
    for done, changed in mutations(document):
        changed = copy.deepcopy(changed)
        answer = api.post(path, changed, dryRun="All")
        answers[done.replace(namespace, "NAMESPACE")] = outcome(answer, namespace)
    return answers


@pytest.mark.parametrize("name", objects())
def test_objects_and_refusals_are_those_of_a_kube_apiserver(
    api: Any, server: str, namespace: Any, name: str, request: pytest.FixtureRequest
) -> None:
    answers = play(api, namespace.name, objects()[name])
    recorded = FOLDER / "answers" / f"{name.replace(' ', '-').lower()}.json"
    update = request.config.getoption("--update-goldens")
    if update and server == "real":
        recorded.parent.mkdir(exist_ok=True)
        recorded.write_text(json.dumps(answers, indent=0, sort_keys=True) + "\n")
    expected = json.loads(recorded.read_text())
    different = sorted(done for done in expected if answers.get(done) != expected[done])
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
    assert not new, (new[0], answers[different[0]], expected[different[0]])
    assert not gone, "no longer different: run this with --update-goldens"
