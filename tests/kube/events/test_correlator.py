"""What becomes of an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kube.api.core.v1 import Event, EventSource, ObjectReference
from kube.api.meta.v1 import ObjectMeta
from kube.events.correlator import REMEMBERED, Correlator

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Program:
    """Tells of events at times of the test's choice."""

    def __init__(self):
        self.correlator = Correlator()
        self.time = START
        self.told = 0

    def tell(self, message="it is so", *, reason="Because", about="a", uid="1", after=0.0):
        self.time += timedelta(seconds=after)
        self.told += 1
        event = Event(
            metadata=ObjectMeta(name=f"event-{self.told}", namespace="ns"),
            involved_object=ObjectReference(kind="Widget", name=about, namespace="ns", uid=uid),
            reason=reason,
            message=message,
            type="Normal",
            source=EventSource(component="tester"),
            first_timestamp=self.time,
            last_timestamp=self.time,
            count=1,
        )
        return self.correlator.correlate(event, self.time)


def test_the_first_event_is_written_as_it_is():
    decision = Program().tell()
    assert not decision.is_update
    assert (decision.event.metadata.name, decision.event.count) == ("event-1", 1)


def test_the_same_event_again_is_counted_on_the_first():
    program = Program()
    program.tell()
    for count in (2, 3):
        decision = program.tell(after=60)
        assert decision.is_update
        assert (decision.event.metadata.name, decision.event.count) == ("event-1", count)
        assert decision.event.first_timestamp == START
        assert decision.event.last_timestamp == program.time


def test_events_of_other_objects_reasons_and_messages_stand_for_themselves():
    program = Program()
    program.tell()
    others = [{"message": "not so"}, {"reason": "Other"}, {"about": "b"}, {"uid": "2"}]
    assert not any(program.tell(**other).is_update for other in others)


def test_from_ten_alike_on_in_ten_minutes_they_are_written_as_one():
    program = Program()
    messages = [program.tell(f"failure {i}").event.message for i in range(9)]
    assert messages == [f"failure {i}" for i in range(9)]

    tenth = program.tell("failure 9")
    assert not tenth.is_update
    assert tenth.event.message == "(combined from similar events): failure 9"

    eleventh = program.tell("failure 10", after=30)
    assert eleventh.is_update
    assert eleventh.event.metadata.name == tenth.event.metadata.name
    assert eleventh.event.message == "(combined from similar events): failure 10"
    assert eleventh.event.count == 2


def test_ten_equal_events_are_not_ten_alike():
    program = Program()
    counts = [program.tell().event.count for _ in range(12)]
    assert counts == list(range(1, 13))


def test_after_ten_minutes_of_peace_likeness_is_counted_anew():
    program = Program()
    for i in range(10):
        program.tell(f"failure {i}")
    assert program.tell("another", after=599).event.message.startswith("(combined")
    assert program.tell("yet another", after=601).event.message == "yet another"


def test_an_objects_events_beyond_a_burst_are_dropped_all_but_a_trickle():
    program = Program()
    written = [program.tell(f"{i}", reason=f"R{i}") is not None for i in range(40)]
    assert written == [True] * 25 + [False] * 15
    assert program.tell("other object", about="b") is not None
    assert program.tell("too early", after=299) is None
    assert program.tell("one more", after=1) is not None
    assert program.tell("and no more") is None


def test_dropped_events_do_not_put_off_the_next_one():
    program = Program()
    for i in range(1000):
        program.tell(f"{i}", reason=f"R{i}")
    assert program.tell("one more", after=300) is not None


def test_dropped_events_are_counted_on_the_next_that_is_written():
    program = Program()
    for _ in range(25):
        program.tell()
    assert program.tell() is None
    assert program.tell(after=300).event.count == 27


def test_no_more_is_remembered_than_a_bounded_number_of_keys():
    program = Program()
    for i in range(REMEMBERED + 10):
        program.tell(about=f"w{i}")
    for recent in (program.correlator._alike, program.correlator._written):
        assert len(recent._values) == REMEMBERED
    assert not program.tell(about="w0").is_update, "the oldest is forgotten"
    assert program.tell(about=f"w{REMEMBERED + 9}").is_update
