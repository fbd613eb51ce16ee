"""Credentials from an exec plugin: a program that prints an ExecCredential.

After client-go's plugin/pkg/client/auth/exec: tokens and certificates, kept until they expire, and
renewed when the server answers 401.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from kube.client.credentials import CredentialsError

if TYPE_CHECKING:
    from kube.client.tls import TLS

API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")

PLUGIN_TIMEOUT = 300.0
"""Seconds after which a plugin is stopped; it may wait for a person to log in with a browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecPlugin:
    """How to run a plugin. `cluster` describes the cluster to plugins that ask for it."""

    command: str
    api_version: str
    args: Sequence[str] = field(default=(), repr=False)
    env: Sequence[tuple[str, str]] = field(default=(), repr=False)
    install_hint: str = ""
    interactive_mode: str = ""
    cluster: Mapping[str, Any] | None = field(default=None, repr=False)


class _ExecStatus(msgspec.Struct, rename="camel"):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: datetime | None = None


class _ExecCredential(msgspec.Struct, rename="camel"):
    api_version: str
    kind: str
    status: _ExecStatus | None = None


_decode = msgspec.json.Decoder(_ExecCredential).decode


class ExecCredentials:
    """The credentials that a plugin prints. Several threads may use it; the plugin runs once."""

    def __init__(
        self,
        plugin: ExecPlugin,
        tls: TLS,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._plugin = plugin
        self._tls = tls
        self._clock = clock
        self._lock = threading.Lock()
        self._headers: Mapping[str, str] | None = None
        self._expires: datetime | None = None

    def headers(self) -> Mapping[str, str] | None:
        if self._expires is not None and self._clock() >= self._expires:
            return None
        return self._headers

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        with self._lock:
            current = self.headers()
            if current is not None and current is not rejected:
                return True  # another thread was faster
            status = self._run()
            if status.expiration_timestamp and status.expiration_timestamp <= self._clock():
                raise CredentialsError(
                    f"exec plugin {self._plugin.command} printed credentials that have already "
                    "expired; check the clock"
                )
            self._expires = status.expiration_timestamp
            token = status.token
            self._headers = {"authorization": f"Bearer {token}"} if token else {}
            if status.client_certificate_data:
                self._tls.use_certificate(
                    status.client_certificate_data.encode(), (status.client_key_data or "").encode()
                )
            return True

    def _run(self) -> _ExecStatus:
        plugin = self._plugin
        if plugin.api_version not in API_VERSIONS:
            raise CredentialsError(
                f"exec plugin {plugin.command} has apiVersion {plugin.api_version!r}: "
                f"want {' or '.join(API_VERSIONS)}"
            )
        interactive = self._interactive()
        spec: dict[str, Any] = {"interactive": interactive}
        if plugin.cluster is not None:
            spec["cluster"] = plugin.cluster
        info = {"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec}
        environment = {
            **os.environ,
            **dict(plugin.env),
            "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode(),
        }
        try:
            done = subprocess.run(
                [plugin.command, *plugin.args],
                env=environment,
                stdin=None if interactive else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                timeout=PLUGIN_TIMEOUT,
                check=False,
            )
        except FileNotFoundError:
            hint = f"\n{plugin.install_hint}" if plugin.install_hint else ""
            raise CredentialsError(
                f"exec plugin {plugin.command} is not installed, or not in PATH{hint}"
            ) from None
        except OSError as error:
            raise CredentialsError(
                f"exec plugin {plugin.command} cannot be started: {error.strerror}"
            ) from None
        except subprocess.TimeoutExpired:
            raise CredentialsError(
                f"exec plugin {plugin.command} did not end within {PLUGIN_TIMEOUT:g} s"
            ) from None
        if done.returncode:
            raise CredentialsError(
                f"exec plugin {plugin.command} failed with exit code {done.returncode}; "
                "see its output above"
            )
        return _parse(plugin, done.stdout)

    def _interactive(self) -> bool:
        mode = self._plugin.interactive_mode or "IfAvailable"
        if mode not in ("Never", "IfAvailable", "Always"):
            raise CredentialsError(
                f"exec plugin {self._plugin.command} has interactiveMode {mode!r}: "
                "want Never, IfAvailable or Always"
            )
        terminal = sys.stdin is not None and sys.stdin.isatty()
        if mode == "Always" and not terminal:
            raise CredentialsError(
                f"exec plugin {self._plugin.command} needs a terminal, and the program has none"
            )
        return mode != "Never" and terminal


def _parse(plugin: ExecPlugin, output: bytes) -> _ExecStatus:
    """The status in a plugin's output; errors do not quote it, since it contains a secret."""
    printed = f"exec plugin {plugin.command} printed"
    try:
        credential = _decode(output)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CredentialsError(f"{printed} no valid ExecCredential: {error}") from None
    if credential.kind != "ExecCredential" or credential.api_version != plugin.api_version:
        raise CredentialsError(
            f"{printed} {credential.kind} of {credential.api_version}: "
            f"want ExecCredential of {plugin.api_version}"
        )
    status = credential.status
    if status is None or not (status.token or status.client_certificate_data):
        raise CredentialsError(f"{printed} neither a token nor a certificate")
    if bool(status.client_certificate_data) != bool(status.client_key_data):
        raise CredentialsError(f"{printed} a certificate without its key, or a key without one")
    if status.expiration_timestamp is not None and status.expiration_timestamp.tzinfo is None:
        raise CredentialsError(f"{printed} an expirationTimestamp without a time zone")
    return status
