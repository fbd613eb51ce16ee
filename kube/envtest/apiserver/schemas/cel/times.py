"""Times of CEL: cel-cpp returns Python's, but accepts only protobuf's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def accepted(value: Any) -> Any:
    """A value that cel-cpp returned, as it accepts it."""
    if isinstance(value, datetime):
        moment = Timestamp()
        moment.FromDatetime(value)
        return moment
    if isinstance(value, timedelta):
        length = Duration()
        length.FromTimedelta(value)
        return length
    return value
