from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.api.meta.v1 import LabelSelector, as_selector
from kube.runtime import codec
from kube.runtime.selectors import NOTHING, SelectorError, parse_labels, selector_from_labels
from tests.kube.api.facts import facts

words = st.sampled_from(["a", "b", "example.com/c"])
values = st.sampled_from(["", "x", "y"])
labels = st.dictionaries(words, values, max_size=3)
expressions = st.one_of(
    st.builds(
        lambda key, operator, chosen: {"key": key, "operator": operator, "values": chosen},
        words,
        st.sampled_from(["In", "NotIn"]),
        st.lists(values, min_size=1),
    ),
    st.builds(
        lambda key, operator: {"key": key, "operator": operator},
        words,
        st.sampled_from(["Exists", "DoesNotExist"]),
    ),
)
selectors = st.builds(
    lambda match, terms: codec.from_builtins(
        {"matchLabels": match, "matchExpressions": terms}, LabelSelector
    ),
    labels,
    st.lists(expressions, max_size=3),
)


def test_a_selector_of_an_object_matches_and_reads_as_upstream_s() -> None:
    wrong: list[Any] = []
    for fact in facts("selectors"):
        given = fact["selector"]
        try:
            selector = as_selector(
                None if given is None else codec.from_builtins(given, LabelSelector)
            )
        except SelectorError as error:
            if not fact.get("error"):
                wrong.append((fact, error))
            continue
        if fact.get("error"):
            wrong.append((fact, selector))
            continue
        matched = [selector.matches(each["labels"]) for each in fact["matches"]]
        if matched != [each["matches"] for each in fact["matches"]]:
            wrong.append((fact, matched))
        if given is not None and (str(selector), not selector) != (fact["text"], fact["empty"]):
            wrong.append((fact, str(selector)))
    assert wrong == []


@given(selectors, labels)
def test_the_text_of_a_selector_matches_what_the_selector_matches(
    selector: LabelSelector, have: dict[str, str]
) -> None:
    direct = as_selector(selector)
    assert parse_labels(str(direct)).matches(have) == direct.matches(have)


@given(labels, labels)
def test_a_selector_from_labels_matches_objects_that_have_them_all(
    wanted: dict[str, str], have: dict[str, str]
) -> None:
    assert selector_from_labels(wanted).matches(have) == (wanted.items() <= have.items())
    assert as_selector(LabelSelector(match_labels=wanted)) == selector_from_labels(wanted)


def test_no_selector_matches_nothing_here_and_on_a_server() -> None:
    assert as_selector(None) is NOTHING
    assert not NOTHING.matches({})
    assert not NOTHING.matches({"nothing": ""})
    assert str(NOTHING) != ""
    assert parse_labels(str(NOTHING)) == NOTHING


def test_an_empty_selector_matches_everything() -> None:
    assert as_selector(LabelSelector()).matches({})
    assert selector_from_labels(None).matches({"a": "b"})
    assert str(selector_from_labels({})) == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [("a b", "x"), ("a", "x y"), ("", "x"), ("a" * 64, "x"), ("a", "x" * 64), ("B/a", "x")],
)
def test_what_is_not_a_label_is_refused(key: str, value: str) -> None:
    with pytest.raises(SelectorError, match=r"is not a label (key|value)"):
        selector_from_labels({key: value})
