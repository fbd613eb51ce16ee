"""One logger for each package of the runtime, and fields beside each message."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kube.client import RESTClient
from kube.client.transport import Request
from tests.kube.client.scripted import ScriptedTransport, answer

KUBE = Path(__file__).parents[3] / "kube"
RESERVED = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def modules_that_log() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(KUBE.rglob("*.py")):
        text = path.read_text()
        if "getLogger" in text:
            yield path, ast.parse(text)


def calls(tree: ast.Module, of: str) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == of:
                yield node, node.func.attr


@pytest.mark.parametrize(
    ("path", "tree"), list(modules_that_log()), ids=lambda x: str(getattr(x, "name", ""))
)
def test_each_package_logs_under_its_name_with_fields_beside_the_message(
    path: Path, tree: ast.Module
) -> None:
    package = ".".join(("kube", path.relative_to(KUBE).parts[0].removesuffix(".py")))
    for call, method in calls(tree, "logging"):
        if method == "getLogger":
            assert ast.literal_eval(call.args[0]) == package, f"{path}:{call.lineno}"
    for call, method in calls(tree, "log"):
        if method == "isEnabledFor":
            continue
        where = f"{path}:{call.lineno}"
        message = call.args[1] if method == "log" else call.args[0]  # `log` has a level first
        assert isinstance(message, ast.Constant), f"{where}: arguments, not an f-string"
        extra = [keyword.value for keyword in call.keywords if keyword.arg == "extra"]
        assert extra, f"{where}: no extra"
        if isinstance(extra[0], ast.Dict):
            names = {ast.literal_eval(key) for key in extra[0].keys if key is not None}
            assert not names & RESERVED, where


def test_a_retry_is_logged_with_its_fields(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "kube.client")
    busy = answer(429, b"", {"retry-after": "1"})
    RESTClient(ScriptedTransport(busy, answer(200, b"{}"))).request("GET", "/x")
    retry = next(vars(record) for record in caplog.records if "again" in record.getMessage())
    fields = {name: retry[name] for name in ("name", "method", "path", "status", "delay")}
    assert fields == {
        "name": "kube.client", "method": "GET", "path": "/x", "status": 429, "delay": 1
    }  # fmt: skip


def test_each_answer_is_logged_where_debugging_is_on(caplog: pytest.LogCaptureFixture) -> None:
    rest = RESTClient(ScriptedTransport(answer(200, b"{}")))
    rest.request("GET", "/quiet")
    caplog.set_level(logging.DEBUG, "kube.client")
    rest.request("GET", "/x")
    with rest.stream("/y"):
        pass
    assert [record.getMessage() for record in caplog.records] == [
        "GET /x was answered 200",
        "GET /y was answered 200",
    ]


def test_a_request_shows_no_header_and_no_body() -> None:
    request = Request("GET", "/x", (), {"authorization": "s3cr3t"}, b"s3cr3t")
    assert "s3cr3t" not in repr(request)
