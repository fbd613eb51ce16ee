"""Selectors of labels and of fields, by examples and by laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
