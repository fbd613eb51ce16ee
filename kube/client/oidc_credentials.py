"""Credentials from an OpenID Connect provider: an ID token, renewed with a refresh token.

After client-go's auth-provider `oidc`. A provider may send a new refresh token with each ID token
and refuse the old one, so both are written back to the kubeconfig that they came from.
"""

from __future__ import annotations

import base64
import binascii
import errno
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import msgspec

from kube.client.credentials import CredentialsError
from kube.client.kubeconfig import ConfigError
from kube.client.proxies import proxy_for
from kube.client.transport import Request, Response, TransportError
from kube.runtime import yaml

log = logging.getLogger("kube.client")

LEEWAY = 10.0
"""Seconds before its expiry when a token is no longer used."""

LOCK_TIMEOUT = 5.0
"""Seconds to wait for a kubeconfig that another program has locked."""

LOCK_POLL = 0.05

_TIMEOUT = 30.0

_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class OIDCProvider:
    """The settings of a user's auth-provider, and the kubeconfigs that may contain the user."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    id_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    ca_file: str = ""
    ca_data: bytes = field(default=b"", repr=False)
    user: str = ""
    kubeconfigs: Sequence[Path] = ()


class _Discovery(msgspec.Struct):
    token_endpoint: str


class _Tokens(msgspec.Struct):
    id_token: str = ""
    refresh_token: str = ""


class _Claims(msgspec.Struct):
    exp: float | None = None


_decode_discovery = msgspec.json.Decoder(_Discovery).decode
_decode_tokens = msgspec.json.Decoder(_Tokens).decode
_decode_claims = msgspec.json.Decoder(_Claims).decode


def expiry(token: str) -> float | None:
    """The time of expiry of a JSON web token, in seconds since the epoch; None where unreadable."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return _decode_claims(payload).exp
    except (binascii.Error, ValueError):
        return None


class OIDCCredentials:
    """The ID token of a user. Several threads may use it; the provider is asked once."""

    def __init__(self, provider: OIDCProvider, *, clock: Callable[[], float] = time.time) -> None:
        self._provider = provider
        self._clock = clock
        self._lock = threading.Lock()
        self._refresh_token = provider.refresh_token
        self._headers: Mapping[str, str] = {}
        self._use(provider.id_token)

    def _use(self, id_token: str) -> None:
        self._expires = expiry(id_token) or 0.0
        self._headers = {"authorization": f"Bearer {id_token}"}

    def headers(self) -> Mapping[str, str] | None:
        return self._headers if self._clock() < self._expires - LEEWAY else None

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        with self._lock:
            current = self.headers()
            if current is not None and current is not rejected:
                return True  # another thread was faster
            if not self._refresh_token:
                raise CredentialsError(
                    "the OIDC ID token has expired, and the kubeconfig has no refresh token: "
                    "log in again"
                )
            tokens = self._ask()
            self._refresh_token = tokens.refresh_token or self._refresh_token
            self._use(tokens.id_token)
            if self.headers() is None:
                raise CredentialsError(
                    f"the OIDC provider {self._provider.issuer} sent an ID token that has already "
                    "expired; check the clock"
                )
            self._write_back(tokens.id_token)
            return True

    def _ask(self) -> _Tokens:
        provider = self._provider
        basic = f"{provider.client_id}:{provider.client_secret}"
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": provider.client_id,
        }
        if provider.client_secret:
            form["client_secret"] = provider.client_secret
        try:
            answer = self._send("GET", f"{provider.issuer.rstrip('/')}{_WELL_KNOWN}")
            self._expect_ok(answer.status, "its discovery document")
            endpoint = _decode_discovery(answer.body).token_endpoint
            answer = self._send("POST", endpoint, form)
            if answer.status == 401 and provider.client_secret:
                # Some providers take the client's secret in this form alone.
                form.pop("client_secret")
                answer = self._send("POST", endpoint, form, basic)
            self._expect_ok(answer.status, "the refresh token")
            tokens = _decode_tokens(answer.body)
        except TransportError as error:
            raise CredentialsError(
                f"cannot reach the OIDC provider {provider.issuer}: {error}"
            ) from None
        except msgspec.DecodeError as error:
            raise CredentialsError(
                f"the answer of the OIDC provider {provider.issuer} is not valid: {error}"
            ) from None
        if expiry(tokens.id_token) is None:
            raise CredentialsError(f"the OIDC provider {provider.issuer} sent no ID token")
        return tokens

    def _send(
        self, method: str, url: str, form: Mapping[str, str] | None = None, basic: str = ""
    ) -> Response:
        """One request to the provider, through the environment's proxy if there is one."""
        from kube.client.http.transport import HTTPTransport
        from kube.client.tls import TLS

        try:
            proxy = proxy_for(url, os.environ)
        except ConfigError as error:
            raise CredentialsError(str(error)) from None
        headers = {}
        if basic:
            headers["authorization"] = f"Basic {base64.b64encode(basic.encode()).decode()}"
        body = None
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        tls = TLS(ca_file=self._provider.ca_file, ca_data=self._provider.ca_data)
        with closing(
            HTTPTransport(f"{parts.scheme}://{parts.netloc}", tls=tls, proxy=proxy)
        ) as transport:
            return transport.send(
                Request(method, unquote(parts.path), query, headers, body, _TIMEOUT)
            )

    def _expect_ok(self, status: int, what: str) -> None:
        if status != 200:
            raise CredentialsError(
                f"the OIDC provider {self._provider.issuer} answered {status} to {what}; "
                "if the session has ended, log in again"
            )

    def _write_back(self, id_token: str) -> None:
        """Write the new tokens to where the old ones came from, for the next program."""
        changes = {"id-token": id_token, "refresh-token": self._refresh_token}
        for path in self._provider.kubeconfigs:
            try:
                if _provider_config(yaml.load(path.read_bytes()), self._provider.user) is None:
                    continue
                with _locked(path):
                    tree = yaml.load(path.read_bytes())
                    config = _provider_config(tree, self._provider.user)
                    if config is None:
                        continue
                    config.update(changes)
                    _replace(path, yaml.dump(tree))
            except (OSError, yaml.YAMLError) as error:
                # Not the error itself: that of YAML may quote the file.
                log.warning(
                    "cannot write the new OIDC tokens to %s: %s",
                    path,
                    getattr(error, "strerror", None) or type(error).__name__,
                    extra={"path": str(path)},
                )
            return


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a kubeconfig's lock file, as kubectl does when it changes one.

    Raises OSError where another program holds it for longer than `LOCK_TIMEOUT`.
    """
    lock = f"{path}.lock"
    deadline = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL, 0))
            break
        except FileExistsError:
            if time.monotonic() >= deadline:
                raise OSError(
                    errno.EEXIST,
                    f"another program has locked it; if none is running, remove {lock}",
                ) from None
            time.sleep(LOCK_POLL)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            os.unlink(lock)


def _provider_config(tree: Any, user: str) -> dict[str, Any] | None:
    users = tree.get("users") if isinstance(tree, dict) else None
    for entry in users or ():
        if entry.get("name") == user:
            provider = (entry.get("user") or {}).get("auth-provider") or {}
            config = provider.get("config")
            return config if isinstance(config, dict) else None
    return None


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all. Its mode stays, and a link stays a link."""
    path = path.resolve()
    mode = path.stat().st_mode & 0o777
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
