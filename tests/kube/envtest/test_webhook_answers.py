"""Whatever a webhook answers, it is an answer or a failure with words."""

from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.webhooks import reviews

NAMES = st.sampled_from(
    [
        "uid",
        "allowed",
        "status",
        "patch",
        "patchType",
        "warnings",
        "auditAnnotations",
        "code",
        "message",
        "reason",
        "details",
        "causes",
        "metadata",
        "retryAfterSeconds",
        "kind",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
REVIEW = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}


def read(body: bytes, *, mutates: bool) -> None:
    """Anything else that it raises fails the test."""
    with suppress(reviews.BadAnswerError, StatusError):
        answer = reviews.read(body, "v1", "u", mutates=mutates)
        if not answer.allowed:
            reviews.denial("w.example.com", answer.status).body()
        elif answer.patch:
            reviews.patched({"metadata": {"name": "a"}}, answer.patch)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans())
def test_a_response_of_any_shape(response, mutates):
    if isinstance(response, dict):
        response = {"uid": "u", **response}
    read(json.dumps({**REVIEW, "response": response}).encode(), mutates=mutates)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_a_patch_of_any_shape(operations):
    patch = base64.b64encode(json.dumps(operations).encode()).decode()
    response = {"uid": "u", "allowed": True, "patchType": "JSONPatch", "patch": patch}
    read(json.dumps({**REVIEW, "response": response}).encode(), mutates=True)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40))
def test_bytes_of_any_kind(body):
    read(body, mutates=False)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"response":', b"- ", b"a: &x [*x]"])
def test_an_answer_that_is_nested_without_end(opening):
    read(opening * 50_000, mutates=True)
