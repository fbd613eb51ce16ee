"""No credential in a log, an error or a repr: every kind of them, every way to fail, all loggers.

The whole of Python's logging runs at DEBUG, the libraries' own records included. What is looked at
is what a log handler or an error tracker can see: messages, arguments, extra fields, exceptions
with their chains, notes, attributes and formatted tracebacks.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kube.client import AsyncRESTClient, Config, ConfigError, RESTClient
from kube.client.exec_credentials import ExecPlugin
from kube.client.oidc_credentials import OIDCProvider
from tests.kube.client.faulty import (
    Behaviour,
    answers,
    chunked,
    falls_silent,
    faulty,
    refused_url,
    resets,
    sends,
)
from tests.kube.client.kinds import Widgets
from tests.kube.client.scripted import ScriptedTransport, answer
from tests.kube.client.secure import client_certificate

SECRET = "s3cr3t"
"""Part of every credential below."""

V1 = "client.authentication.k8s.io/v1"


def _id_token(expires: float) -> str:
    def part(tree: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(tree).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'exp': expires})}.{SECRET}"


def _printing(folder: Path, text: str, exit_code: int = 0) -> ExecPlugin:
    script = folder / "plugin"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nprint({text!r}, end='')\nsys.exit({exit_code})\n"
    )
    script.chmod(0o755)
    return ExecPlugin(
        command=str(script),
        api_version=V1,
        args=("--client-secret", SECRET),
        env=(("CLIENT_SECRET", SECRET),),
        cluster={"config": {"password": SECRET}},
    )


def _credential(**status: str) -> str:
    return json.dumps({"apiVersion": V1, "kind": "ExecCredential", "status": status})


def _token_file(folder: Path) -> str:
    path = folder / "token"
    path.write_text(f"token-{SECRET}")
    return str(path)


CERT, KEY = client_certificate("me")

KINDS: dict[str, Callable[[Path], dict[str, object]]] = {
    "token": lambda folder: {"token": f"token-{SECRET}"},
    "token file": lambda folder: {"token_file": _token_file(folder)},
    "basic": lambda folder: {"username": "me", "password": SECRET},
    "client certificate": lambda folder: {"cert_data": CERT, "key_data": KEY},
    "broken client key": lambda folder: {"cert_data": CERT, "key_data": SECRET.encode()},
    "exec token": lambda folder: {"exec": _printing(folder, _credential(token=SECRET))},
    "exec certificate": lambda folder: {
        "exec": _printing(
            folder,
            _credential(clientCertificateData=CERT.decode(), clientKeyData=KEY.decode()),
        )
    },
    "exec failing": lambda folder: {"exec": _printing(folder, SECRET, exit_code=1)},
    "exec printing no JSON": lambda folder: {"exec": _printing(folder, f"token: {SECRET}")},
    "exec printing another type": lambda folder: {
        "exec": _printing(folder, json.dumps({"apiVersion": V1, "kind": 1, "status": SECRET}))
    },
    "exec printing a bad time": lambda folder: {
        "exec": _printing(folder, _credential(token=SECRET, expirationTimestamp=SECRET))
    },
    "exec printing a bad certificate": lambda folder: {
        "exec": _printing(folder, _credential(clientCertificateData=SECRET, clientKeyData=SECRET))
    },
    "OIDC": lambda folder: {
        "oidc": OIDCProvider(issuer=refused_url(), client_id="c", id_token=_id_token(4e9))
    },
    "OIDC expired": lambda folder: {
        "oidc": OIDCProvider(
            issuer=refused_url(),
            client_id="c",
            client_secret=SECRET,
            id_token=_id_token(1),
            refresh_token=SECRET,
        )
    },
    "proxy password": lambda folder: {
        "proxy_url": refused_url().replace("//", f"//me:{SECRET}@"),
        "token": SECRET,
    },
    "password in the URL": lambda folder: {"userinfo": f"me:{SECRET}@"},
}

TEXT = "content-type: text/html"
FAULTS: dict[str, list[Behaviour]] = {
    "refused token": [sends(answers(b"", "401 Unauthorized"))] * 2,
    "forbidden": [sends(answers(b"<h1>no</h1>", "403 Forbidden", TEXT))],
    "busy": [sends(answers(b"", "429 Too Many Requests", "retry-after: 0"))] * 12,
    "redirected": [sends(answers(b"", "302 Found", "location: http://elsewhere/"))],
    "warned": [sends(answers(b"{}", "400 Bad Request", 'warning: 299 - "old"'))],
    "reset": [resets] * 2,
    "cut off": [sends(answers(b"{", length=10), then_closes=True)] * 2,
    "no HTTP": [sends(b"hello\r\n\r\n", then_closes=True)] * 2,
    "silent": [falls_silent] * 2,
    "garbage in the stream": [sends(chunked(b"{garbage", end=False), then_closes=True)] * 2,
}


class Everything(logging.Handler):
    """Keeps what a handler can see of records."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(repr(record.__dict__))
        self.texts.append(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            self.texts += _of_exception(record.exc_info[1])


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Everything]:
    monkeypatch.setattr("kube.client.retries.MIN_RETRY_DELAY", 0.001)
    root = logging.getLogger()
    before, handler = root.level, Everything()
    root.addHandler(handler)
    root.setLevel(logging.NOTSET)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


def _of_exception(error: BaseException) -> list[str]:
    """All that an error shows, its causes included; a suppressed context is not shown."""
    found = ["".join(traceback.format_exception(error))]
    each: BaseException | None = error
    while each is not None:
        found += [str(each), repr(each), repr(each.args), repr(getattr(each, "__notes__", ()))]
        found.append(repr({k: v for k, v in vars(each).items() if not k.startswith("_")}))
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found


@dataclass
class Case:
    config: Config
    seen: Everything

    def fail(self) -> list[str]:
        """Have a synchronous and an asynchronous client fail; what was seen."""
        texts = [repr(self.config), str(self.config), *self._fail_plainly()]
        texts += asyncio.run(self._fail_asynchronously())
        return texts + self.seen.texts

    def _fail_plainly(self) -> list[str]:
        try:
            with RESTClient.for_config(self.config) as rest:
                try:
                    rest.request("GET", "/x", headers={"x-kind": "request"})
                except Exception as error:
                    yielded = _of_exception(error)
                else:
                    yielded = []
                return [*yielded, repr(rest), repr(rest.transport)]
        except ConfigError as error:
            return _of_exception(error)

    async def _fail_asynchronously(self) -> list[str]:
        try:
            rest = AsyncRESTClient.for_config(self.config)
        except ConfigError as error:
            return _of_exception(error)
        async with rest:
            try:
                async with rest.stream("/x", timeout=self.config.timeout) as stream:
                    _ = [chunk async for chunk in stream]
            except Exception as error:
                return [*_of_exception(error), repr(rest), repr(rest.transport)]
        return [repr(rest), repr(rest.transport)]


def _forms(secret: str) -> list[str]:
    """A secret as it is, and as it stands in a header."""
    basic = base64.b64encode(f"me:{secret}".encode()).decode()
    return [secret, basic, KEY.decode().splitlines()[1]]


def _make(kind: str, url: str, folder: Path) -> Config:
    fields = KINDS[kind](folder)
    server = url.replace("//", f"//{fields.pop('userinfo', '')}")
    return Config(server=server, qps=-1, timeout=0.2, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "kind", [k for k in KINDS if not k.startswith(("exec ", "OIDC e", "prox"))]
)
def test_no_credential_is_seen_when_a_request_fails(
    kind: str, fault: str, seen: Everything, tmp_path: Path
) -> None:
    with faulty(*FAULTS[fault], *FAULTS[fault]) as server:
        found = Case(_make(kind, server.url, tmp_path), seen).fail()
    assert found
    assert [text for text in found if any(form in text for form in _forms(SECRET))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_credential_is_seen_when_nobody_answers(
    kind: str, seen: Everything, tmp_path: Path
) -> None:
    found = Case(_make(kind, refused_url(), tmp_path), seen).fail()
    https = refused_url().replace("http:", "https:")
    found += Case(_make(kind, https, tmp_path), seen).fail()
    assert [text for text in found if any(form in text for form in _forms(SECRET))] == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_password_of_a_proxy_is_seen_when_it_refuses(scheme: str, seen: Everything) -> None:
    refusals = [sends(answers(b"", "407 Proxy Authentication Required"), then_closes=True)] * 4
    with faulty(*refusals) as proxy:
        config = Config(
            server=f"{scheme}://kubernetes.example:6443",
            token=f"token-{SECRET}",
            proxy_url=proxy.url.replace("//", f"//me:{SECRET}@"),
            qps=-1,
            timeout=60,
        )
        found = Case(config, seen).fail()
        assert any("proxy-authorization" in head.lower() for head in proxy.heads)
    assert [text for text in found if any(form in text for form in _forms(SECRET))] == []


def test_the_contents_of_an_object_that_does_not_decode_are_not_seen(seen: Everything) -> None:
    good = {"metadata": {"name": "good"}, "spec": {}}
    applied = {"kubectl.kubernetes.io/last-applied-configuration": SECRET}
    bad = {"metadata": {"name": "bad", "annotations": applied}, "spec": {"size": SECRET}}
    found: list[object] = []
    for options in ({}, {"on_undecodable": lambda _, broken: found.append(broken)}):
        document = {"kind": "WidgetList", "items": [good, bad]}
        transport = ScriptedTransport(answer(200, document))
        rest = RESTClient(transport, **options)  # type: ignore[arg-type]
        assert [w.metadata.name for w in Widgets(rest, "default").list().items] == ["good"]
    texts = [*seen.texts, *map(repr, found)]
    assert any("bad" in text for text in texts)
    assert len(found) == 1
    assert [text for text in texts if SECRET in text] == []
