"""Golden files; and what was skipped, a line for each reason, with the tests' names in short."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import PurePath

import pytest
from hypothesis import HealthCheck, settings

from tests.golden import OPTION, Golden

MOST_NAMES = 3

# `make test` runs the tests, and they run make: that one is nobody's part.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)

# A loaded machine is slow, and its tests are as right as on a fast one.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="store what tests make as what is expected")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(request.node.nodeid, request.config.getoption(OPTION))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", ()):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        by_reason[reason.removeprefix("Skipped: ")].append(report.nodeid)
    if not by_reason:
        return
    terminalreporter.section("skipped")
    for reason, tests in sorted(by_reason.items()):
        files = sorted({PurePath(test.partition("::")[0]).as_posix() for test in tests})
        shown = ", ".join(files[:MOST_NAMES])
        more = f" and {len(files) - MOST_NAMES} more files" if len(files) > MOST_NAMES else ""
        terminalreporter.line(f"{len(tests)} in {shown}{more}: {reason}")
    terminalreporter.line("pytest -rs names each of them")
