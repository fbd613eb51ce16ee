"""The options of the program."""

from __future__ import annotations

import pytest

from podtoip.__main__ import parse


def test_an_option_may_be_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADER_ELECT", "true")
    monkeypatch.setenv("METRICS_BIND_ADDRESS", ":8443")
    options = parse([])
    assert (options.leader_elect, options.metrics_bind_address) == (True, ":8443")


def test_the_command_line_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADER_ELECT", "true")
    assert not parse(["--leader-elect=false"]).leader_elect


def test_a_value_that_an_option_cannot_have_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(SystemExit):
        parse([])
    assert "'loud' is none of debug, info, warning, error" in capsys.readouterr().err
