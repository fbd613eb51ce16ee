"""Random requests to both servers, and every answer compared: what no test here thought of.

Who owns which field is left to test_apply: that depends on more than what these requests say.
"""

from __future__ import annotations

import json
import re
from random import Random

import pytest

from tests.kube.conformance.api import Api
from tests.kube.conformance.conftest import Namespace

REQUESTS = 80
NAMES = ("a", "b", "c")
VERBS = (
    *("create", "merge") * 6, *("update", "delete", "status") * 3, *("json", "list") * 2, "get",
)  # fmt: skip

SPECS = {
    "size": (0, 1, 100, 101, -1, 2.0, 2.5, "3", None, True),
    "color": ("red", "blue", "pink", None, 1),
    "title": ("ok", "x", "NO", "abcdefghijklmnop", None),
    "ratio": (0.5, 0, 1, "half"),
    "step": (5, 7, 0),
    "replicas": (0, 1, 5),
    "enabled": (True, False, None, "yes"),
    "note": ("text", None, 1),
    "when": ("2025-01-01T00:00:00Z", "now"),
    "port": (80, "http", None, True, [1]),
    "tags": (["x"], ["x", "y"], [], ["x", "x"], ["x", None], "x", None, ["a", "b", "c", "d"]),
    "parts": (
        [{"name": "p"}],
        [{"name": "p", "weight": 1}, {"name": "q"}],
        [{"name": "p"}, {"name": "p"}],
        [{"weight": 1}],
        [{"name": "p", "limits": {"max": 1, "min": 0}}],
        [{"name": "p", "limits": {}}],
        [None],
        {"name": "p"},
        None,
    ),
    "limits": ({}, {"cpu": "1"}, {"cpu": 1}, None, {"gpu": "1"}),
    "labels": ({"k": "v"}, {}, {"k": "toolong"}, {"k": 1}, {"k": None}, None),
    "free": ({"x": {"y": [1, None]}}, {}, None, 1),
    "choice": ({"a": "x"}, {"b": "y"}, {"a": "x", "b": "y"}, {}, None, {"c": "z"}),
    "nonsense": (1,),
}
DATA = ({}, {"k": "1"}, {"k": "2", "l": "3"}, {"k": None}, {"bad key": "x"}, {"k": 1}, None)
METADATA = {
    "labels": ({"x": "y"}, {"x": "z", "w": ""}, {"bad key": "y"}, {"x": None}, {}, None, {"x": 1}),
    "annotations": ({"x": "any text"}, {"x": None}, {}, None),
    "finalizers": (["example.io/a"], ["example.io/a", "example.io/b"], [], None, ["bad name"]),
    "generateName": ("gen-",),
    "nickname": ("x",),
    "generation": (7,),
    "creationTimestamp": ("2025-01-01T00:00:00Z", None),
}


class Author:
    """Makes requests; the same ones for the same seed. Bodies may name versions seen before."""

    def __init__(self, seed):
        self._random = Random(seed)

    def request(self):
        random = self._random
        kind = random.choice(("configmaps", "example.io/v1/widgets", "example.io/v1/widgets"))
        name = random.choice(NAMES)
        verb = random.choice(VERBS)
        query = {}
        if random.random() < 0.3:
            query["fieldValidation"] = random.choice(("Strict", "Warn", "Ignore"))
        if random.random() < 0.1:
            query["dryRun"] = "All"
        query["fieldManager"] = random.choice(("one", "two"))
        return verb, kind, name, self._body(kind, name), query, random.random() < 0.3

    def _body(self, kind, name):
        random = self._random
        body = {"metadata": {"name": name}}
        if random.random() < 0.4:
            key = random.choice(list(METADATA))
            body["metadata"][key] = random.choice(METADATA[key])
        if kind == "configmaps":
            body |= {"apiVersion": "v1", "kind": "ConfigMap"}
            if random.random() < 0.8:
                body["data"] = random.choice(DATA)
            return body
        keys = random.sample(list(SPECS), random.choice((0, 1, 1, 2)))
        body |= {"apiVersion": "example.io/v1", "kind": "Widget"}
        if keys or random.random() < 0.5:
            body["spec"] = {key: random.choice(SPECS[key]) for key in keys}
        if random.random() < 0.1:
            body["status"] = {"phase": random.choice(("Ready", "Odd")), "replicas": 1}
        return body


def send(api, namespace, verb, kind, name, body, query, versioned):
    path = namespace.path(kind, name)
    body = json.loads(json.dumps(body))
    if verb in ("update", "status") or versioned:
        current = api.get(path)
        if current.status == 200 and verb in ("update", "status"):
            body["metadata"].setdefault("resourceVersion", version_in(current.body))
    match verb:
        case "create":
            return api.post(namespace.path(kind), body, **query)
        case "update":
            return api.put(path, body, **query)
        case "merge":
            return api.patch("merge", path, body, **query)
        case "json":
            member = next((key for key in ("spec", "data") if key in body), "metadata")
            inner = body.get(member) or {}
            operations = [
                {"op": "add", "path": f"/{member}/{key}", "value": value}
                for key, value in inner.items()
                if key != "name" and "/" not in key
            ]
            return api.patch("json", path, operations, **query)
        case "delete":
            query = {key: value for key, value in query.items() if key == "dryRun"}
            return api.delete(path, **query)
        case "get":
            return api.get(path)
        case "list":
            return api.get(namespace.path(kind), limit=2)
    body["status"] = body.get("status") or {"phase": "Ready"}
    return api.put(f"{path}/status", body, **query)


def version_in(body):
    return body["metadata"]["resourceVersion"]


SECRET = {"uid", "creationTimestamp", "deletionTimestamp", "time", "continue"}
CAUSE = re.compile(r", (?=[a-z.<][\w.<>]*: )")
GENERATED = re.compile(r"\bgen-[a-z0-9]{5}\b")
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def in_order(value):
    return json.dumps(value, sort_keys=True)


class Reader:
    """Puts answers into a form that two servers can share: versions become their order."""

    def __init__(self):
        self._versions = {}

    def read(self, answer):
        if isinstance(answer.body, dict) and "items" in answer.body:
            # A list's own version moves with whatever else the server writes.
            del answer.body["metadata"]["resourceVersion"]
        body = self._read(answer.body, "")
        if isinstance(body, dict) and "message" in body:
            # Go keeps causes in maps, so their order is nobody's promise.
            causes = (body.get("details") or {}).get("causes")
            if causes:
                distinct = {in_order(cause): cause for cause in causes}
                body["details"]["causes"] = [distinct[key] for key in sorted(distinct)]
            head, _, told = body["message"].rpartition(" is invalid: ")
            body["message"] = [head, *sorted({*CAUSE.split(re.sub(r"[\[\]]", "", told))})]
        return answer.status, body, sorted(map(self._text, answer.warnings()))

    def _read(self, value, key):
        if isinstance(value, dict):
            found = {k: self._read(v, k) for k, v in value.items()}
            found.pop("managedFields", None)
            return found
        if isinstance(value, list):
            return [self._read(item, key) for item in value]
        if key == "resourceVersion":
            return self._versions.setdefault(value, len(self._versions))
        if key in SECRET and isinstance(value, str):
            return f"<{key}>"
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text):
        text = re.sub(r'Invalid value: "\{.*\}": ', "Invalid value: <object>: ", text)
        return UID.sub("<uid>", GENERATED.sub("gen-<name>", text))


@pytest.fixture(scope="module")
def both(environments):
    apis = [Api(environments(server).config) for server in ("real", "embedded")]
    yield apis
    for api in apis:
        api.close()


@pytest.mark.parametrize("seed", range(10))
def test_both_servers_answer_alike(both, seed):
    namespace = Namespace(f"history-{seed}")
    for api in both:
        api.post("/api/v1/namespaces", {"metadata": {"name": namespace.name}})
    author, readers = Author(seed), [Reader(), Reader()]
    for number in range(REQUESTS):
        request = author.request()
        real, embedded = (
            reader.read(send(api, namespace, *request))
            for api, reader in zip(both, readers, strict=True)
        )
        assert embedded == real, f"request {number}: {request}"
