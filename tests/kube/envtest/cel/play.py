"""Cases of rules, and how a server, any server, answers to one: the player behind the goldens.

A case is a schema of `spec` (or, as `root`, of the whole object) with rules, and the lives of
objects: the first state of each is created, those after it are updates. With `before`, another
schema, the first states are written under that one. An answer is None where the server agrees,
else its causes as [reason, field, message].
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Send = Callable[[str, str, Any], tuple[int, Any]]
"""(method, path, body) to (status, body)."""

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.yaml"))
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def load(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    return case


def expected(path: Path) -> Path:
    return HERE / "expected" / f"{path.stem}.json"


def definition(name: str, case: dict[str, Any]) -> dict[str, Any]:
    root = case.get("root") or {"type": "object", "properties": {"spec": case.get("schema")}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": root},
    }
    if case.get("status"):
        version["subresources"] = {"status": {}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name}s.cel.example.com"},
        "spec": {
            "group": "cel.example.com",
            "scope": "Cluster",
            "names": {"plural": f"{name}s", "kind": name.capitalize()},
            "versions": [version],
        },
    }


def play(send: Send, path: Path, established: Callable[[str], None]) -> dict[str, Any]:
    """What a server says to a case; `established` waits until what a CRD says is served."""
    case = load(path)
    name = path.stem.replace("_", "")
    crd = definition(name, {**case, "schema": case.get("before") or case.get("schema")})
    crd_path = f"{_CRDS}/{crd['metadata']['name']}"
    code, body = send("POST", _CRDS, crd)
    if code >= 400:
        return {"definition": _causes(body)}
    plural = f"/apis/cel.example.com/v1/{name}s"
    established(plural)
    objects: list[list[Any]] = case.get("objects", [])
    lives: list[list[Any]] = [[] for _ in objects]

    def write(states: slice) -> None:
        for index, life in enumerate(objects):
            lives[index] += _live(send, plural, f"o{index}", crd, life[states])

    if "before" in case:
        write(slice(1))
        _, stored = send("GET", crd_path, None)
        code, body = send("PUT", crd_path, {**stored, "spec": definition(name, case)["spec"]})
        if code >= 400:
            return {"definition": _causes(body)}
        established(plural)
    write(slice("before" in case, None))
    send("DELETE", crd_path, None)
    return {"definition": None, "objects": lives}


def _live(send: Send, plural: str, name: str, crd: dict[str, Any], states: list[Any]) -> list[Any]:
    answers = []
    tree: dict[str, Any] | None = None
    for state in states:
        state = copy.deepcopy(state)
        where = state.pop("subresource", "")
        tree = {
            "apiVersion": "cel.example.com/v1",
            "kind": crd["spec"]["names"]["kind"],
            **state,
            "metadata": {"name": name, **state.get("metadata", {})},
        }
        own = f"{plural}/{tree['metadata']['name']}"
        code, body = send("GET", own, None)
        if code == 404:
            code, body = send("POST", plural, tree)
        else:
            tree["metadata"]["resourceVersion"] = body["metadata"]["resourceVersion"]
            code, body = send("PUT", f"{own}/{where}" if where else own, tree)
        answers.append(None if code < 400 else _causes(body))
    return answers


def _causes(body: Any) -> Any:
    """In one order, for Go walks maps in any; and without the names of types, made up each time."""
    causes = (body.get("details") or {}).get("causes")
    if not causes:
        return [[body.get("reason"), "", body.get("message")]]
    return sorted(
        [
            c.get("reason", ""),
            c.get("field", ""),
            re.sub(r"selfType[\w.]+", "selfType", c["message"]),
        ]
        for c in causes
    )
