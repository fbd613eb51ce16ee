"""Patterns of schemas: matched as Go matches them, in one pass over the text."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.envtest.apiserver.schemas import matching, patterns
from tests.kube.envtest.api import CRDS, WIDGETS, Client, definition, widget

ATOMS = [
    "a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "(a|b)", "^", "$", "[[:alpha:]]", r"\s", "-",
    r"\.", r"\z", r"\A", "(?i:a)", r"\b", r"\p{L}", "é",
]  # fmt: skip
REPEATS = ["*", "+", "?", "{2}", "{1,3}", "{0,2}?", "*?", "{2,}"]


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(REPEATS)).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


@given(
    st.recursive(st.sampled_from(ATOMS), joined, max_leaves=8),
    st.lists(st.text("ab1- \né.A", max_size=8), max_size=8),
)
def test_a_pattern_matches_what_the_backtracking_matcher_matches(
    pattern: str, texts: list[str]
) -> None:
    matches, compiled = matching.matcher(pattern), patterns.compiled(pattern)
    for text in texts:
        assert matches(text) is (compiled.search(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(a+)+$", "a" * 50_000 + "!"),
        (r"(x+x+)+y", "x" * 50_000),
        (r"(a|b)*a(a|b){12}!", "ab" * 20_000),
        (r"^(a?){40}a{40}$", "a" * 30_000),
    ],
)
def test_no_pattern_takes_longer_than_the_text_is_long(pattern: str, text: str) -> None:
    assert matching.matcher(pattern)(text) is False


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^[[:alpha:]]+\z", "abc", "a1"),
        (r"^\p{L}+$", "äb", "1b"),
        (r"^a.c$", "abc", "a\nc"),
        (r"^(a+)+$", "aaa", "a" * 5_000 + "!"),
    ],
)
def test_a_custom_resource_is_held_to_patterns_in_go_s_syntax(
    client: Client, pattern: str, good: str, bad: str
) -> None:
    served: dict[str, Any] = copy.deepcopy(definition("patterned", "Patterned"))
    spec = served["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["properties"] = {**spec["properties"], "text": {"type": "string", "pattern": pattern}}
    assert client.create(CRDS, served).status == 201
    path = WIDGETS.replace("widgets", "patterned")
    assert client.create(path, {**widget("a", text=good), "kind": "Patterned"}).status == 201
    refused = client.create(path, {**widget("b", text=bad), "kind": "Patterned"})
    [(field, message)] = refused.causes
    assert field == "spec.text"
    assert re.search(r"spec.text in body should match '", message)


def test_many_faults_of_a_custom_resource_are_each_told(client: Client) -> None:
    served: dict[str, Any] = copy.deepcopy(definition("patterned", "Patterned"))
    spec = served["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    items = {"type": "array", "items": {"type": "string", "pattern": "^a$"}}
    spec["properties"] = {**spec["properties"], "texts": items}
    client.create(CRDS, served)
    path = WIDGETS.replace("widgets", "patterned")
    body = {**widget("a", texts=["b"] * 20_000), "kind": "Patterned"}
    assert len(client.create(path, body).causes) == 20_000
