"""How a controller program logs."""

from __future__ import annotations

import io
import json
import logging

import pytest

from kube.controller import JSONFormatter, ReconcileFilter, TextFormatter, configure_logging
from kube.controller.logs import Reconcile, reconciling

log = logging.getLogger("shop")


@pytest.fixture(autouse=True)
def as_it_was():
    """The root logger is the whole test run's."""
    root = logging.root
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_json_has_its_reconcile_and_what_was_passed_along():
    stream = io.StringIO()
    configure_logging(stream=stream)
    with reconciling(Reconcile("web", "example.com", "Web", "default", "a", id="42")):
        log.info("sold %d", 3, extra={"kind": "Bread", "price": 2.5})
    log.debug("not logged")
    [line] = lines(stream)
    assert line.pop("ts").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "shop",
        "msg": "sold 3",
        "kind": "Bread",
        "price": 2.5,
        "controller": "web",
        "controllerGroup": "example.com",
        "controllerKind": "Web",
        "namespace": "default",
        "object": "a",
        "reconcileID": "42",
    }


def test_outside_of_a_reconcile_a_line_has_none_of_its_fields():
    stream = io.StringIO()
    configure_logging(stream=stream)
    log.warning("closed")
    assert sorted(lines(stream)[0]) == ["level", "logger", "msg", "ts"]


def test_an_exception_is_an_error_and_its_stack_in_one_line():
    stream = io.StringIO()
    configure_logging(stream=stream)
    try:
        raise OSError("the oven is cold")
    except OSError:
        log.exception("no bread")
    [line] = lines(stream)
    assert (line["msg"], line["error"]) == ("no bread", "OSError: the oven is cold")
    assert "in test_an_exception_is_an_error" in line["stacktrace"]


class Unprintable:
    def __str__(self):
        return "unprintable"


ITSELF: list = []
ITSELF.append(ITSELF)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Unprintable(), "unprintable"),
        ({("a", 1): 2}, "{('a', 1): 2}"),
        (ITSELF, "[[...]]"),
        ("\ud800", "\ud800"),
        (b"\xff", "b'\\xff'"),
    ],
)
def test_what_json_cannot_represent_is_text(value, text):
    stream = io.StringIO()
    configure_logging(stream=stream)
    log.info("odd", extra={"value": value})
    assert lines(stream)[0]["value"] == text


def test_what_was_passed_along_does_not_take_the_place_of_the_message():
    record = logging.makeLogRecord({"msg": "the message", "level": "mine", "ts": 1})
    line = json.loads(JSONFormatter().format(record))
    assert line["msg"] == "the message"
    assert "mine" not in line.values()


def test_a_terminal_gets_lines_for_people():
    stream = Terminal()
    configure_logging("debug", stream=stream)
    with reconciling(Reconcile("web", "example.com", "Web", "default", "a", id="42")):
        log.debug("sold")
    log.info("closed")
    first, second = stream.getvalue().splitlines()
    assert first.endswith(
        "DEBUG   shop: sold  [controller=web namespace=default object=a reconcileID=42]"
    )
    assert second.endswith("INFO    shop: closed")


def test_the_form_may_be_chosen_whatever_the_stream_is():
    terminal, file = Terminal(), io.StringIO()
    configure_logging(stream=terminal, as_json=True)
    log.info("one")
    configure_logging(stream=file, as_json=False)
    log.info("two")
    assert lines(terminal)[0]["msg"] == "one"
    assert "INFO    shop: two" in file.getvalue()


def test_a_level_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="'loud' is not a log level: write one of debug, info"):
        configure_logging("loud")


def test_the_formatters_go_with_handlers_of_ones_own():
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(TextFormatter())
    handler.addFilter(ReconcileFilter())
    handler.handle(logging.makeLogRecord({"name": "shop", "msg": "open", "levelname": "INFO"}))
    assert stream.getvalue().endswith("INFO    shop: open\n")
