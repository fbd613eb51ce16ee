"""How a controller program logs: JSON for collectors, lines for people, each with its reconcile.

    configure_logging("info")

Lines that code within a reconcile logs have its id, its controller and its object, whatever library
the code belongs to.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from kube.controller.logs import FIELDS, ReconcileFilter

_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
"""What every record has; the rest was passed as `extra`."""


def configure_logging(
    level: str | int = "INFO", *, as_json: bool | None = None, stream: TextIO | None = None
) -> None:
    """Have the program log to `stream`, by default to stderr, from `level` on.

    As JSON unless the stream is a terminal, or as `as_json` says. It replaces the handlers of the
    root logger, and logs warnings of Python too.

    Raises ValueError for a level that does not exist.
    """
    if stream is None:
        stream = sys.stderr
    if as_json is None:
        as_json = stream is None or not stream.isatty()
    if isinstance(level, str):
        level = _level(level)
    handler = logging.StreamHandler(stream)
    handler.addFilter(ReconcileFilter())
    handler.setFormatter(JSONFormatter() if as_json else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)


class JSONFormatter(logging.Formatter):
    """One JSON object a line, with the keys of controller-runtime's logs.

    These are `level`, `ts`, `logger`, `msg`; `error` and `stacktrace` of an exception; and what was
    passed as `extra`. What JSON cannot represent is written as text.
    """

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, Any] = {
            "level": record.levelname.lower(),
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "logger": record.name,
            "msg": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            values["error"] = f"{type(error).__name__}: {error}"
            values["stacktrace"] = self.formatException(record.exc_info)
        for name, value in _extra(record).items():
            values.setdefault(name, value)
        try:
            return json.dumps(values, default=str)
        except (
            TypeError,
            ValueError,
        ):  # keys that are not texts, or values that contain themselves
            return json.dumps({name: str(value) for name, value in values.items()})


class TextFormatter(logging.Formatter):
    """Lines for people: the time, the level, the message, and the reconcile that it belongs to."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        names = ("controller", "namespace", "object", "reconcileID")
        told = " ".join(f"{name}={record.__dict__[name]}" for name in names if _has(record, name))
        return f"{line}  [{told}]" if told else line


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    """What is not in every record; without the fields of a reconcile where there is none."""
    return {
        name: value
        for name, value in record.__dict__.items()
        if name not in _OWN and (name not in FIELDS or value)
    }


def _has(record: logging.LogRecord, name: str) -> bool:
    return bool(record.__dict__.get(name))


def _level(name: str) -> int:
    levels = logging.getLevelNamesMapping()
    try:
        return levels[name.upper()]
    except KeyError:
        known = ", ".join(each.lower() for each in ("DEBUG", "INFO", "WARNING", "ERROR"))
        raise ValueError(f"{name!r} is not a log level: write one of {known}") from None
