"""Answers of a server, in the form in which they are recorded and compared."""

from __future__ import annotations

import json
import lzma
import re
from difflib import unified_diff
from pathlib import Path
from typing import Any

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


def cells(row: Any) -> list[str]:
    """The cells of a table's row."""
    # Identities first: digits of one may look like a port.
    return [_NUMBERS.sub("N", _UID.sub("a uid", str(cell))) for cell in row["cells"]]


def outcome(answer: Any, namespace: str) -> Any:
    """What is compared: of a refusal its code, reason and causes, else the object."""
    if answer.status >= 300:
        causes = sorted({_DIFF.sub("", " | ".join(map(str, c))) for c in answer.causes()})
        message = _DIFF.sub("", answer.body["message"]) if len(answer.causes()) < 2 else ""
        texts = [str(answer.status), answer.body.get("reason", ""), message, *causes]
        return comparable(texts, namespace)
    body = comparable(answer.body, namespace)
    if isinstance(body, dict) and body.get("kind") == "CustomResourceDefinition":
        for condition in body["status"]["conditions"] or ():
            condition.pop("lastTransitionTime", None)
    if isinstance(body, dict) and "managedFields" in body.get("metadata", {}):
        body["metadata"]["managedFields"].sort(key=lambda entry: entry["manager"])
    return body


def write(path: Path, recorded: Any) -> None:
    """Members keep their order: a refusal names the first one that is wrong."""
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(recorded, separators=(",", ":"))
    path.write_bytes(lzma.compress(text.encode(), preset=9))


def read(path: Path) -> Any:
    return json.loads(lzma.decompress(path.read_bytes()))


def difference(expected: Any, actual: Any) -> str:
    """What the two answers differ in, for people."""
    before, after = (_lines(answer) for answer in (expected, actual))
    lines = unified_diff(before, after, "kube-apiserver", "this server", n=2, lineterm="")
    return "\n".join(lines)


def _lines(answer: Any) -> list[str]:
    return json.dumps(answer, indent=1, sort_keys=True).splitlines()
