"""YAML as go-yaml writes it, which reads back as what was written, by YAML 1.1 and 1.2 alike."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.generators.manifest import to_yaml

texts = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.:-+eExob_TZ ~", max_size=12),
    st.sampled_from(
        ["yes", "No", "on", "null", "~", "<<", "=", "0o7", "1e3", ".inf", "2024-01-15"]
    ),
    st.text(alphabet="ab \n#:'\"-", max_size=40),
)
keys = st.text(min_size=1, max_size=8)
documents = st.dictionaries(
    keys,
    st.recursive(
        st.one_of(
            texts, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, width=32)
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(documents)
def test_what_is_written_reads_back_the_same(document: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(document)) == document


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("true", '"true"'),
        ("1.5", '"1.5"'),
        ("0x1f", '"0x1f"'),
        ("2024-01-15", '"2024-01-15"'),
        ("12:30", '"12:30"'),
        ("", '""'),
        ("~", '"~"'),
        ("a: b", "'a: b'"),
        ("-", "'-'"),
        ("a#b", "a#b"),
        ("1.2.3", "1.2.3"),
        ("tab\tx", '"tab\\tx"'),
        (True, "true"),
        (3.0, "3"),
        (0.25, "0.25"),
    ],
)
def test_a_scalar_is_quoted_as_go_yaml_quotes_it(value: object, line: str) -> None:
    assert to_yaml({"a": value}) == f"a: {line}\n"


def test_keys_stand_in_go_yamls_order() -> None:
    keys = ["b", "a10", "a2", "B", "a-b", "x-kubernetes-a", "ab", "$ref", "1"]
    written = [
        line.partition(":")[0].strip("'\"") for line in to_yaml(dict.fromkeys(keys, 1)).splitlines()
    ]
    assert written == ["$ref", "1", "B", "a-b", "a2", "a10", "ab", "b", "x-kubernetes-a"]
