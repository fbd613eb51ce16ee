"""The TLS of connections to a server: the trusted authorities and the client certificate.

Certificates in files rotate, and exec plugins issue new ones. Either leads to a new context, with
which the transports open new connections.
"""

from __future__ import annotations

import logging
import math
import os
import ssl
import threading
import time
from collections.abc import Callable

from kube.client.transport import TransportError

log = logging.getLogger("kube.client")

FILES_CHECKED_EVERY = 10.0
"""Seconds between two checks whether files have changed."""


class TLS:
    """Settings of contexts. PEM data takes precedence over a file, as in a kubeconfig."""

    def __init__(
        self,
        *,
        ca_file: str = "",
        ca_data: bytes = b"",
        cert_file: str = "",
        cert_data: bytes = b"",
        key_file: str = "",
        key_data: bytes = b"",
        insecure: bool = False,
        server_name: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.server_name = server_name or None
        self._ca_file = "" if ca_data else ca_file
        self._ca_data = ca_data
        self._cert_file = "" if cert_data else cert_file
        self._key_file = "" if key_data else key_file
        self._certificate = (cert_data, key_data)
        self._insecure = insecure
        self._clock = clock
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        self._checked = -math.inf
        self._loaded: list[tuple[int, int]] = []

    def context(self) -> ssl.SSLContext:
        """The context for new connections; the same object as long as nothing has changed.

        Raises `TransportError` for certificates that cannot be read or are not valid.
        """
        context = self._context
        if context is not None and self._clock() - self._checked < FILES_CHECKED_EVERY:
            return context
        with self._lock:
            self._checked = self._clock()
            file_states = self._file_states()
            if self._context is not None and file_states == self._loaded:
                return self._context
            try:
                self._context = self._make()
            except (OSError, ValueError) as error:
                message = f"{self._describe_files()} cannot be loaded: {error}"
                if self._context is None:
                    raise TransportError(message, sent=False) from None
                # In the middle of a rotation certificate and key do not match.
                log.warning("%s", message, extra={"files": self._files()})
                return self._context
            self._loaded = file_states
            return self._context

    def renewed_since(self, context: ssl.SSLContext) -> bool:
        """Whether there is a newer context than this one, with which a handshake failed.

        The files are checked now, even if that was done a moment ago.
        """
        with self._lock:
            self._checked = -math.inf
        return self.context() is not context

    def use_certificate(self, cert: bytes, key: bytes) -> None:
        """Present this client certificate, in PEM, on new connections."""
        with self._lock:
            if (cert, key) == self._certificate:
                return
            self._certificate = (cert, key)
            self._context = None

    def _files(self) -> list[str]:
        return [path for path in (self._ca_file, self._cert_file, self._key_file) if path]

    def _describe_files(self) -> str:
        files = self._files()
        return f"the certificates ({', '.join(files)})" if files else "the certificates"

    def _file_states(self) -> list[tuple[int, int]]:
        """Time of change and inode of each file that exists."""
        states = []
        for path in (self._ca_file, self._cert_file, self._key_file):
            if path:
                try:
                    stat = os.stat(path)
                except OSError:
                    continue
                states.append((stat.st_mtime_ns, stat.st_ino))
        return states

    def _make(self) -> ssl.SSLContext:
        context = ssl.create_default_context(
            cafile=self._ca_file or None,
            cadata=self._ca_data.decode("ascii") if self._ca_data else None,
        )
        # Since Python 3.13 authorities without a key identifier are refused; existing clusters have
        # such authorities, and other clients accept them.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.set_alpn_protocols(["http/1.1"])
        if self._insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        self._present_certificate(context)
        return context

    def _present_certificate(self, context: ssl.SSLContext) -> None:
        cert, key = self._certificate
        if not (cert or self._cert_file):
            return
        import tempfile  # with which shutil and all compressions come

        # OpenSSL reads them from files only; these are private, and deleted at once.
        with tempfile.TemporaryDirectory(prefix="kube-tls-") as folder:
            cert_file, key_file = self._cert_file, self._key_file
            if cert:
                cert_file = _write(folder, "cert.pem", cert)
            if key:
                key_file = _write(folder, "key.pem", key)
            context.load_cert_chain(cert_file, key_file or None, password=_no_password)


def _write(folder: str, name: str, data: bytes) -> str:
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    return path


def _no_password() -> str:
    raise ValueError(
        "the client's key is encrypted, and a kubeconfig has no place for its password"
    )
