"""The JSON paths of printer columns."""

from __future__ import annotations

from typing import Any

import pytest

from kube.runtime import jsonpath

TREE: dict[str, Any] = {
    "spec": {"nodes": [{"host": "a", "up": True}, {"host": "b"}], "a.b": 1},
    "status": {"conditions": [{"type": "Ready", "status": "True"}]},
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (".spec.nodes[0].host", ["a"]),
        (".spec.nodes[*].host", ["a", "b"]),
        (".spec.nodes[-1:].host", ["b"]),
        (".spec['a.b']", [1]),
        (r".spec.a\.b", [1]),
        ('.status.conditions[?(@.type=="Ready")].status', ["True"]),
        (".status.conditions[?(@.type=='Nope')].status", []),
        (".spec.nodes[?(@.up)].host", ["a"]),
        ("{.spec.nodes[5].host}", []),
        ("..host", ["a", "b"]),
        (".nothing.here", []),
    ],
)
def test_a_json_path_finds(path: str, values: list[Any]) -> None:
    assert jsonpath.compiled(path).find(TREE) == values


def test_a_broken_json_path_is_told_with_its_place() -> None:
    with pytest.raises(jsonpath.PathError, match="at character 3"):
        jsonpath.compiled(".a[")
