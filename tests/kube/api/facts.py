"""What upstream's functions answer: facts.json, as upstream/main.go printed it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FACTS = Path(__file__).parent / "upstream" / "facts.json"


@cache
def _all() -> dict[str, list[dict[str, Any]]]:
    return msgspec.json.decode(FACTS.read_bytes(), type=dict[str, list[dict[str, Any]]])


def facts(section: str) -> list[dict[str, Any]]:
    return _all()[section]
