"""Bodies and manifests: YAML with JSON's types."""

from __future__ import annotations

import pytest

from kube.envtest import manifests
from kube.envtest.apiserver.requests import wire


def test_a_text_that_begins_like_a_truth_value_is_a_text():
    documents = manifests.load_documents(b"kind: A\ntext: True if there is one\n", "a.yaml")

    assert documents == [{"kind": "A", "text": "True if there is one"}]


def test_keys_are_texts_whatever_they_look_like():
    body = b"1: a\ntrue: b\n"

    assert wire.decode_any(body, wire.YAML) == {"1": "a", "true": "b"}


@pytest.mark.parametrize("media", [wire.YAML, wire.JSON])
def test_the_paths_of_doubled_fields_are_found(media):
    body = b'{"spec": {"size": 1, "size": 2}, "list": [{"a": 1, "a": 1}]}'

    assert wire.duplicate_fields(body, media) == ["spec.size", "list[0].a"]
