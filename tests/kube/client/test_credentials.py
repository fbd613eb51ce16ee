"""Token files, exec plugins and OIDC: kept while good, renewed when not, never shown."""

from __future__ import annotations

import base64
import json
import stat
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from kube.client import oidc_credentials
from kube.client.credentials import CredentialsError, TokenFileCredentials
from kube.client.exec_credentials import ExecCredentials, ExecPlugin
from kube.client.oidc_credentials import OIDCCredentials, OIDCProvider
from kube.client.tls import TLS
from kube.runtime import yaml

V1 = "client.authentication.k8s.io/v1"
V1BETA1 = "client.authentication.k8s.io/v1beta1"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_token_file_is_read_again_after_a_minute(tmp_path: Path) -> None:
    now = 1000.0
    path = tmp_path / "token"
    path.write_text("one\n")
    source = TokenFileCredentials(str(path), clock=lambda: now)
    assert source.headers() is None
    source.renew()
    path.write_text("two\n")
    assert source.headers() == bearer("one")
    now += 60
    assert source.headers() is None
    source.renew()
    assert source.headers() == bearer("two")


def test_a_rejected_token_is_read_again_at_once(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("one")
    source = TokenFileCredentials(str(path))
    source.renew()
    assert not source.renew(source.headers())
    path.write_text("two")
    assert source.renew(source.headers())
    assert source.headers() == bearer("two")


def test_a_token_file_that_vanishes_for_a_moment_does_no_harm(tmp_path: Path) -> None:
    now = 1000.0
    path = tmp_path / "token"
    path.write_text("one")
    source = TokenFileCredentials(str(path), clock=lambda: now)
    source.renew()
    path.unlink()
    now += 61
    source.renew()
    assert source.headers() == bearer("one")


def test_a_token_file_that_never_was_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="cannot read the token file"):
        TokenFileCredentials(str(tmp_path / "absent")).renew()


class Plugin:
    """An exec plugin: a script that prints what stands in a file and counts its runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.script = folder / "plugin"
        self.script.write_text(
            f"#!{sys.executable}\n"
            "import os, sys, pathlib\n"
            f"folder = pathlib.Path({str(folder)!r})\n"
            "with open(folder / 'runs', 'a') as runs:\n"
            "    runs.write(os.environ['KUBERNETES_EXEC_INFO'] + '\\n')\n"
            "(folder / 'seen').write_text(' '.join(sys.argv[1:]) + os.environ.get('EXTRA', ''))\n"
            "sys.stdout.write((folder / 'output').read_text())\n"
            "sys.exit(int((folder / 'code').read_text()))\n"
        )
        self.script.chmod(self.script.stat().st_mode | stat.S_IXUSR)
        (folder / "code").write_text("0")

    def prints(self, *, api_version: str = V1, **status: object) -> None:
        credential = {"apiVersion": api_version, "kind": "ExecCredential", "status": status}
        (self.folder / "output").write_text(json.dumps(credential))

    @property
    def runs(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "runs").read_text().splitlines()]

    def source(self, now: datetime | None = None, **settings: object) -> ExecCredentials:
        plugin = ExecPlugin(command=str(self.script), **{"api_version": V1, **settings})  # type: ignore[arg-type]
        clock = (lambda: now) if now is not None else (lambda: datetime.now(UTC))
        return ExecCredentials(plugin, TLS(), clock=clock)


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    return Plugin(tmp_path)


@pytest.mark.parametrize("version", [V1, V1BETA1])
def test_a_plugins_token_is_kept_and_it_is_told_what_it_wants(plugin: Plugin, version: str) -> None:
    plugin.prints(api_version=version, token="t")
    source = plugin.source(
        api_version=version,
        args=("get", "token"),
        env=(("EXTRA", "!"),),
        cluster={"server": "https://x"},
        interactive_mode="Never",
    )
    assert source.headers() is None
    source.renew()
    assert source.headers() == bearer("t")
    assert (plugin.folder / "seen").read_text() == "get token!"
    assert plugin.runs == [
        {
            "apiVersion": version,
            "kind": "ExecCredential",
            "spec": {"interactive": False, "cluster": {"server": "https://x"}},
        }
    ]


def test_a_plugin_runs_again_when_its_token_expires(plugin: Plugin) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = [start]
    plugin.prints(token="one", expirationTimestamp="2026-01-01T00:10:00Z")
    source = ExecCredentials(
        ExecPlugin(command=str(plugin.script), api_version=V1), TLS(), clock=lambda: clock[0]
    )
    source.renew()
    clock[0] = start + timedelta(minutes=9)
    assert source.headers() == bearer("one")
    clock[0] = start + timedelta(minutes=10)
    assert source.headers() is None


def test_a_rejected_token_runs_the_plugin_once_for_all_who_had_it(plugin: Plugin) -> None:
    plugin.prints(token="one")
    source = plugin.source()
    source.renew()
    rejected = source.headers()
    plugin.prints(token="two")
    assert source.renew(rejected)
    assert source.renew(rejected)
    assert source.headers() == bearer("two")
    assert len(plugin.runs) == 2


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("s3cret", "printed no valid ExecCredential"),
        ('{"apiVersion":"v9","kind":"ExecCredential"}', "ExecCredential of v9: want"),
        (f'{{"apiVersion":"{V1}","kind":"ExecCredential"}}', "neither a token nor a certificate"),
        (
            f'{{"apiVersion":"{V1}","kind":"ExecCredential",'
            '"status":{"token":"s3cret","clientKeyData":"s3cret"}}',
            "a key without one",
        ),
    ],
)
def test_a_plugin_that_prints_something_else_is_named_and_not_quoted(
    plugin: Plugin, output: str, message: str
) -> None:
    (plugin.folder / "output").write_text(output)
    with pytest.raises(CredentialsError, match=message) as raised:
        plugin.source().renew()
    assert str(plugin.script) in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_plugin_that_prints_what_has_expired_is_an_error(plugin: Plugin) -> None:
    plugin.prints(token="t", expirationTimestamp="2020-01-01T00:00:00Z")
    with pytest.raises(CredentialsError, match="already expired"):
        plugin.source().renew()


def test_a_failing_plugin_is_an_error(plugin: Plugin) -> None:
    plugin.prints(token="t")
    (plugin.folder / "code").write_text("3")
    with pytest.raises(CredentialsError, match="exit code 3"):
        plugin.source().renew()


def test_a_plugin_that_is_not_installed_gives_its_hint() -> None:
    plugin = ExecPlugin(command="no-such-plugin", api_version=V1, install_hint="brew install it")
    with pytest.raises(CredentialsError, match=r"not in PATH\nbrew install it"):
        ExecCredentials(plugin, TLS()).renew()


def test_an_unknown_version_of_the_protocol_is_refused() -> None:
    plugin = ExecPlugin(command="x", api_version="client.authentication.k8s.io/v1alpha1")
    with pytest.raises(CredentialsError, match="v1alpha1"):
        ExecCredentials(plugin, TLS()).renew()


def test_a_plugin_that_needs_a_terminal_says_that_there_is_none(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(CredentialsError, match="needs a terminal"):
        plugin.source(interactive_mode="Always").renew()


def id_token(expires: float, marker: str = "") -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'exp': expires, 'm': marker})}.signature"


class Provider(ThreadingHTTPServer):
    """An OIDC provider that gives each refresh token once."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Provider)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.valid = "refresh-1"
        self.issued = id_token(4_000_000_000)
        self.forms: list[dict[str, list[str]]] = []
        self.moved_to = ""


class _Provider(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        assert self.path == "/.well-known/openid-configuration"
        self._answer(200, {"token_endpoint": f"{self.server.url}/token"})

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        form = parse_qs(self.rfile.read(length).decode())
        self.server.forms.append(form)
        if self.server.moved_to:
            self.send_response(307)
            self.send_header("location", self.server.moved_to)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        if form["refresh_token"] != [self.server.valid]:
            self._answer(400, {"error": "invalid_grant"})
            return
        self.server.valid = "refresh-2"
        self._answer(200, {"id_token": self.server.issued, "refresh_token": "refresh-2"})

    def _answer(self, status: int, tree: object) -> None:
        body = json.dumps(tree).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_refresh_token_follows_no_redirect(provider: Provider) -> None:
    provider.moved_to = f"{provider.url}/elsewhere"
    source = OIDCCredentials(
        OIDCProvider(issuer=provider.url, client_id="c", refresh_token="refresh-1")
    )
    with pytest.raises(CredentialsError, match="answered 307"):
        source.renew()
    assert len(provider.forms) == 1


def test_a_valid_id_token_is_used_until_shortly_before_it_expires() -> None:
    now = 1000.0
    token = id_token(1100)
    source = OIDCCredentials(
        OIDCProvider(issuer="x", client_id="c", id_token=token), clock=lambda: now
    )
    assert source.headers() == bearer(token)
    now = 1091
    assert source.headers() is None
    with pytest.raises(CredentialsError, match="log in again"):
        source.renew()


def test_an_expired_id_token_is_refreshed_and_both_tokens_are_written_back(
    provider: Provider, tmp_path: Path
) -> None:
    config = {"client-id": "c", "id-token": id_token(1), "refresh-token": "refresh-1"}
    path = tmp_path / "kubeconfig"
    entry = {"name": "me", "user": {"auth-provider": {"name": "oidc", "config": config}}}
    path.write_text(yaml.dump({"users": [{"name": "other"}, entry]}))
    path.chmod(0o600)
    source = OIDCCredentials(
        OIDCProvider(
            issuer=provider.url,
            client_id="c",
            client_secret="shh",
            id_token=id_token(1),
            refresh_token="refresh-1",
            user="me",
            kubeconfigs=(path,),
        )
    )
    assert source.headers() is None
    source.renew()
    assert source.headers() == bearer(provider.issued)
    assert provider.forms[0]["client_secret"] == ["shh"]
    written = yaml.load(path.read_text())["users"][1]["user"]["auth-provider"]["config"]
    assert (written["id-token"], written["refresh-token"]) == (provider.issued, "refresh-2")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["kubeconfig"]


def kubeconfig_of(provider: Provider, path: Path) -> OIDCCredentials:
    """A kubeconfig with an ID token that has expired, and its credentials."""
    config = {"client-id": "c", "id-token": id_token(1), "refresh-token": "refresh-1"}
    entry = {"name": "me", "user": {"auth-provider": {"name": "oidc", "config": config}}}
    path.write_text(yaml.dump({"users": [entry]}))
    settings = OIDCProvider(
        issuer=provider.url,
        client_id="c",
        refresh_token="refresh-1",
        user="me",
        kubeconfigs=(path,),
    )
    return OIDCCredentials(settings)


def test_the_kubeconfig_is_locked_while_tokens_are_written_back(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kubeconfig"
    source = kubeconfig_of(provider, path)
    locked: list[bool] = []
    replace = oidc_credentials._replace

    def observed(path: Path, text: str) -> None:
        locked.append((tmp_path / "kubeconfig.lock").exists())
        replace(path, text)

    monkeypatch.setattr(oidc_credentials, "_replace", observed)
    source.renew()
    assert locked == [True]
    assert [file.name for file in tmp_path.iterdir()] == ["kubeconfig"]


def test_what_another_program_writes_while_it_holds_the_lock_is_kept(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, lock = tmp_path / "kubeconfig", tmp_path / "kubeconfig.lock"
    source = kubeconfig_of(provider, path)
    lock.touch()

    def other_program(seconds: float) -> None:
        tree = yaml.load(path.read_text())
        path.write_text(yaml.dump({**tree, "current-context": "theirs"}))
        lock.unlink()

    monkeypatch.setattr(oidc_credentials.time, "sleep", other_program)
    source.renew()
    written = yaml.load(path.read_text())
    assert written["current-context"] == "theirs"
    assert written["users"][0]["user"]["auth-provider"]["config"]["refresh-token"] == "refresh-2"


def test_a_kubeconfig_that_stays_locked_is_left_alone_and_that_is_told(
    provider: Provider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(oidc_credentials, "LOCK_TIMEOUT", 0)
    path, lock = tmp_path / "kubeconfig", tmp_path / "kubeconfig.lock"
    source = kubeconfig_of(provider, path)
    before = path.read_text()
    lock.touch()
    source.renew()
    assert source.headers() == bearer(provider.issued)
    assert path.read_text() == before
    assert lock.exists()
    assert f"remove {lock}" in caplog.text


def test_a_refused_refresh_token_says_to_log_in_again(provider: Provider) -> None:
    source = OIDCCredentials(
        OIDCProvider(issuer=provider.url, client_id="c", refresh_token="s3cret")
    )
    with pytest.raises(CredentialsError, match=r"answered 400 .* log in again") as raised:
        source.renew()
    assert "s3cret" not in str(raised.value)


def test_a_provider_that_cannot_be_reached_is_an_error() -> None:
    source = OIDCCredentials(
        OIDCProvider(issuer="http://127.0.0.1:1", client_id="c", refresh_token="r")
    )
    with pytest.raises(CredentialsError, match="cannot reach the OIDC provider"):
        source.renew()
