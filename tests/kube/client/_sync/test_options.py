# Derived from tests/kube/client/_async/test_options.py: python hack/unasync.py. DO NOT EDIT.
"""What may be asked for besides the object, and the limits that hold without being asked for."""

from __future__ import annotations

import json

import pytest

from kube.api.meta.v1 import DeletionPropagation, Preconditions
from kube.client import Config, PatchType, RESTClient, retry_on_conflict
from kube.runtime import errors
from tests.kube.client.kinds import Widgets, wanted, widget
from tests.kube.client.scripted import ScriptedTransport, answer, refusal

ONE = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "one"}, "spec": {}}


def asked(transport: ScriptedTransport) -> dict[str, str]:
    return dict(transport.requests[-1].query)


def test_writes_carry_dry_run_field_manager_and_field_validation() -> None:
    transport = ScriptedTransport(answer(200, ONE))
    widgets = Widgets(RESTClient(transport), "default")
    query = {"dryRun": "All", "fieldManager": "me", "fieldValidation": "Strict"}
    widgets.create(widget("one"), dry_run=True, field_manager="me", field_validation="Strict")
    assert asked(transport) == query
    widgets.update(widget("one"), dry_run=True, field_manager="me", field_validation="Strict")
    assert asked(transport) == query
    widgets.patch("one", {}, dry_run=True, field_manager="me", field_validation="Strict")
    assert asked(transport) == query
    widgets.apply(wanted("one"), field_manager="me", force=True)
    assert asked(transport) == {"fieldManager": "me", "force": "true"}


def test_each_patch_type_has_its_media_type() -> None:
    transport = ScriptedTransport(answer(200, ONE))
    widgets = Widgets(RESTClient(transport), "default")
    for patch_type, media in (
        (PatchType.JSON, "application/json-patch+json"),
        (PatchType.MERGE, "application/merge-patch+json"),
        (PatchType.STRATEGIC, "application/strategic-merge-patch+json"),
    ):
        widgets.patch("one", [] if patch_type is PatchType.JSON else {}, patch_type)
        assert transport.requests[-1].headers["content-type"] == media
    widgets.apply(wanted("one"), field_manager="me")
    assert transport.requests[-1].headers["content-type"] == "application/apply-patch+yaml"


def test_a_deletion_says_how_dependents_go_and_what_it_expects() -> None:
    transport = ScriptedTransport(answer(200, {"kind": "Status", "status": "Success"}))
    widgets = Widgets(RESTClient(transport), "default")
    widgets.delete(
        "one",
        propagation_policy=DeletionPropagation.FOREGROUND,
        preconditions=Preconditions(uid="u", resource_version="7"),
        grace_period_seconds=0,
        dry_run=True,
    )
    body = json.loads(transport.requests[-1].body or b"")
    assert body["kind"] == "DeleteOptions"
    assert body["propagationPolicy"] == "Foreground"
    assert body["preconditions"] == {"uid": "u", "resourceVersion": "7"}
    assert (body["gracePeriodSeconds"], body["dryRun"]) == (0, ["All"])


def test_an_invalid_object_is_told_with_the_cause_of_each_field() -> None:
    causes = [
        {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.size"},
        {"reason": "FieldValueInvalid", "message": "must be positive", "field": "spec.count"},
    ]
    transport = ScriptedTransport(refusal(422, "Invalid", details={"causes": causes}))
    with pytest.raises(errors.InvalidError) as raised:
        Widgets(RESTClient(transport), "default").create(widget("one"))
    assert [(c.field, c.reason) for c in raised.value.causes] == [
        ("spec.size", "FieldValueRequired"),
        ("spec.count", "FieldValueInvalid"),
    ]


def test_a_client_asks_5_times_a_second_with_bursts_of_10_unless_told_otherwise() -> None:
    config = Config(server="http://x")
    assert (config.qps, config.burst) == (5, 10)


def test_a_config_limits_its_client_and_watches_are_exempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("kube.client._sync.rest.sleep", sleep)
    for qps, expected in ((1.0, 2), (-1.0, 0)):
        waits.clear()
        rest = RESTClient.for_config(Config(server="http://x", qps=qps, burst=1))
        rest.transport = ScriptedTransport(answer(200, b"{}"))
        for _ in range(3):
            with rest.stream("/x"):
                pass
        assert waits == []
        for _ in range(3):
            rest.request("GET", "/x")
        assert len(waits) == expected


def test_retry_on_conflict_tries_five_times_10_ms_apart_and_reads_anew_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("kube.client._sync.retry.sleep", sleep)
    transport = ScriptedTransport(*[answer(200, ONE), refusal(409, "Conflict")] * 5)
    widgets = Widgets(RESTClient(transport), "default")

    def update() -> None:
        one = widgets.get("one")
        one.spec.size += 1
        widgets.update(one)

    with pytest.raises(errors.ConflictError):
        retry_on_conflict(update)
    assert [request.method for request in transport.requests] == ["GET", "PUT"] * 5
    assert len(waits) == 4
    assert all(0.01 <= wait <= 0.011 for wait in waits)


def test_retry_on_conflict_tries_no_other_error_again() -> None:
    tries = []

    def update() -> None:
        tries.append(1)
        raise errors.from_response(
            409,
            {},
            json.dumps({"kind": "Status", "reason": "AlreadyExists", "code": 409}).encode(),
            asked="POST /x",
        )

    with pytest.raises(errors.AlreadyExistsError):
        retry_on_conflict(update)
    assert len(tries) == 1
