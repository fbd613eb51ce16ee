"""Selectors, JSON paths and patches: pure functions, by examples and by laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.envtest import jsonpath, patch, strategic, table
from kube.runtime.selectors import SelectorError, parse_fields, parse_labels


@pytest.mark.parametrize(
    ("selector", "labels", "matches"),
    [
        ("", {}, True),
        ("a", {"a": ""}, True),
        ("a=b", {"a": "b"}, True),
        ("a==b", {"a": "c"}, False),
        ("a!=b", {}, True),
        ("a in (b, c)", {"a": "c"}, True),
        ("a notin (b,c)", {"a": "c"}, False),
        ("a notin (b,c)", {}, True),
        ("!a", {"a": "b"}, False),
        ("a=", {"a": ""}, True),
        ("n>3,n<10", {"n": "5"}, True),
        ("n>3", {"n": "x"}, False),
        ("example.com/a=b,!c", {"example.com/a": "b"}, True),
    ],
)
def test_a_label_selector_matches(selector: str, labels: dict[str, str], matches: bool) -> None:
    assert parse_labels(selector).matches(labels) is matches


@pytest.mark.parametrize("text", ["a in (", "a b", "=x", "a,", "a in b", "a=b=c", "a>x", "-a=b"])
def test_what_is_no_label_selector_is_refused(text: str) -> None:
    with pytest.raises(SelectorError):
        parse_labels(text)


@given(st.text("ab=!,()<> in.-/", max_size=20))
def test_any_text_is_a_selector_or_a_selector_error(text: str) -> None:
    try:
        selector = parse_labels(text)
    except SelectorError:
        return
    assert parse_labels(str(selector)) == selector


def test_field_selectors_unescape_their_values() -> None:
    selector = parse_fields(r"metadata.name=a\,b\=c,spec.x!=")
    assert selector.required("metadata.name") == "a,b=c"
    assert selector.matches({"metadata.name": "a,b=c", "spec.x": "1"})
    assert not selector.matches({"metadata.name": "a,b=c"})
    with pytest.raises(SelectorError, match="can't understand 'x'"):
        parse_fields("x")


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


# From the appendix of RFC 6902.
@pytest.mark.parametrize(
    ("document", "operation", "result"),
    [
        ({"a": "b"}, {"op": "add", "path": "/c", "value": 1}, {"a": "b", "c": 1}),
        ({"a": [1, 3]}, {"op": "add", "path": "/a/1", "value": 2}, {"a": [1, 2, 3]}),
        ({"a": [1]}, {"op": "add", "path": "/a/-", "value": [2]}, {"a": [1, [2]]}),
        ({"a": 1, "b": 2}, {"op": "remove", "path": "/b"}, {"a": 1}),
        ({"a": [1, 2, 3]}, {"op": "remove", "path": "/a/1"}, {"a": [1, 3]}),
        ({"a": 1}, {"op": "replace", "path": "/a", "value": 2}, {"a": 2}),
        (
            {"a": {"b": 1}, "c": {}},
            {"op": "move", "from": "/a/b", "path": "/c/d"},
            {"a": {}, "c": {"d": 1}},
        ),
        ({"a": [1, 2]}, {"op": "copy", "from": "/a/0", "path": "/a/-"}, {"a": [1, 2, 1]}),
        ({"/": 9, "~1": 10}, {"op": "test", "path": "/~01", "value": 10}, {"/": 9, "~1": 10}),
        ({"a": 1}, {"op": "replace", "path": "", "value": {"b": 2}}, {"b": 2}),
    ],
)
def test_a_json_patch_does_as_the_rfc_says(
    document: Any, operation: dict[str, Any], result: Any
) -> None:
    assert patch.json_patch(document, [operation]) == result


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nope"},
        {"op": "add", "path": "/a/9", "value": 1},
        {"op": "add", "path": "/x/y", "value": 1},
        {"op": "test", "path": "/flag", "value": 1},
        {"op": "move", "from": "/nope", "path": "/a"},
        {"op": "explode", "path": "/a"},
        {"op": "add", "value": 1},
        "add",
    ],
)
def test_a_json_patch_that_does_not_fit_is_an_error(operation: Any) -> None:
    with pytest.raises(patch.PatchError):
        patch.json_patch({"a": [1], "flag": True}, [operation])


values = st.recursive(
    st.one_of(st.none(), st.integers(0, 2), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(values, values)
def test_a_merge_patch_is_settled_after_one_application(document: Any, change: Any) -> None:
    once = patch.merge_patch(document, change)
    assert patch.merge_patch(once, change) == once


def test_a_strategic_merge_knows_lists_that_are_maps() -> None:
    live = {
        "containers": [{"name": "a", "image": "1"}, {"name": "b"}],
        "finalizers": ["x", "y"],
        "args": [1, 2],
    }
    change = {
        "containers": [
            {"name": "b", "$patch": "delete"},
            {"name": "c"},
            {"name": "a", "tty": True},
        ],
        "$setElementOrder/containers": [{"name": "a"}, {"name": "c"}],
        "$deleteFromPrimitiveList/finalizers": ["x"],
        "args": [3],
    }
    assert strategic.merge(live, change) == {
        "containers": [{"name": "a", "image": "1", "tty": True}, {"name": "c"}],
        "finalizers": ["y"],
        "args": [3],
    }


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0s"),
        (119, "119s"),
        (130, "2m10s"),
        (3600, "60m"),
        (3 * 3600 + 60, "3h1m"),
        (30 * 3600, "30h"),
        (3 * 86400, "3d"),
        (400 * 86400, "400d"),
        (3 * 365 * 86400, "3y"),
        (-5, "<invalid>"),
    ],
)
def test_ages_are_told_as_kubectl_tells_them(seconds: float, text: str) -> None:
    assert table.human_duration(seconds) == text
