"""Conditions, times, durations and quantities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kube.api.meta.v1 import (
    Condition,
    ConditionStatus,
    ManagedFieldsEntry,
    WatchEvent,
    find_condition,
    is_condition_false,
    is_condition_true,
    now,
    parse_duration,
    remove_condition,
    set_condition,
)
from kube.runtime import Struct, codec
from kube.runtime.quantity import parse_quantity

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class TextCondition(Struct):
    type: str
    status: str
    last_transition_time: str | None = None


def ready(status: ConditionStatus, reason: str = "") -> Condition:
    return Condition(type="Ready", status=status, reason=reason)


def test_a_new_condition_is_added_with_the_time_of_its_transition() -> None:
    conditions: list[Condition] = []
    assert set_condition(conditions, ready(ConditionStatus.TRUE))
    assert is_condition_true(conditions, "Ready")
    assert conditions[0].last_transition_time is not None


def test_setting_the_same_condition_again_changes_nothing() -> None:
    conditions = [Condition(type="Ready", status=ConditionStatus.TRUE)]
    conditions[0].last_transition_time = LONG_AGO
    assert not set_condition(conditions, ready(ConditionStatus.TRUE))
    assert conditions[0].last_transition_time == LONG_AGO


def test_the_transition_time_moves_only_with_the_status() -> None:
    conditions = [ready(ConditionStatus.TRUE)]
    conditions[0].last_transition_time = LONG_AGO
    assert set_condition(conditions, ready(ConditionStatus.TRUE, reason="Better"))
    assert conditions[0].last_transition_time == LONG_AGO
    assert set_condition(conditions, ready(ConditionStatus.FALSE))
    assert conditions[0].last_transition_time is not None
    assert conditions[0].last_transition_time > LONG_AGO
    assert is_condition_false(conditions, "Ready")


def test_the_time_of_a_transition_stays_while_the_status_does_whatever_is_said_of_it() -> None:
    conditions = [ready(ConditionStatus.TRUE)]
    conditions[0].last_transition_time = LONG_AGO
    again = ready(ConditionStatus.TRUE)
    again.last_transition_time = now()
    assert not set_condition(conditions, again)
    assert conditions[0].last_transition_time == LONG_AGO


def test_a_condition_whose_times_are_text_gets_text() -> None:
    conditions: list[TextCondition] = []
    set_condition(conditions, TextCondition(type="Ready", status="True"))
    assert isinstance(conditions[0].last_transition_time, str)
    assert conditions[0].last_transition_time.endswith("Z")


def test_a_condition_is_found_and_removed_by_its_type() -> None:
    conditions = [ready(ConditionStatus.TRUE)]
    assert find_condition(conditions, "Ready") is conditions[0]
    assert find_condition(None, "Ready") is None
    assert remove_condition(conditions, "Ready")
    assert not remove_condition(conditions, "Ready")


def test_now_is_aware_and_has_whole_seconds() -> None:
    assert now().tzinfo is UTC
    assert now().microsecond == 0


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0", timedelta()),
        ("1h5m0s", timedelta(hours=1, minutes=5)),
        ("-1.5h", timedelta(minutes=-90)),
        ("100ms", timedelta(milliseconds=100)),
        ("3µs", timedelta(microseconds=3)),
        ("2000ns", timedelta(microseconds=2)),
    ],
)
def test_durations_are_read_as_go_writes_them(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "5", "1x", "1h 5m", "h", "-", "99999999999999h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100m", "0.1"),
        ("1.5Gi", "1610612736"),
        ("2k", "2000"),
        (3, "3"),
        ("1e3", "1000"),
        ("1E", "1000000000000000000"),
        ("-.5", "-0.5"),
        ("+7u", "0.000007"),
    ],
)
def test_quantities_have_an_exact_value(text: str | int, value: str) -> None:
    assert parse_quantity(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "1 Gi", "Mi", "1K", "1e", "0x1", "1e99999999999999999999"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid quantity"):
        parse_quantity(text)


def test_an_entry_without_fields_is_written_without_them() -> None:
    entry = ManagedFieldsEntry(manager="kubectl")
    assert codec.encode(entry) == b'{"manager":"kubectl"}'
    decoded = codec.decode(b'{"manager":"kubectl"}', ManagedFieldsEntry)
    assert codec.encode(decoded.deep_copy()) == b'{"manager":"kubectl"}'
    assert codec.encode(WatchEvent(type="BOOKMARK")) == b'{"type":"BOOKMARK"}'
