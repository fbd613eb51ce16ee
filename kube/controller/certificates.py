"""A server's certificate: from files, read again when they change, or one of its own.

Mounted Secrets change by a symlink, so the content is compared, and not the time of a file.
"""

from __future__ import annotations

import logging
import os
import ssl
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from kube.client.self_signed import self_signed
from kube.controller.errors import MissingExtraError
from kube.controller.metrics import CertificateRecorder
from kube.runtime.clock import Clock

REREAD_SECONDS = 10.0

CertificateFiles: TypeAlias = str | Path | Sequence[str | Path]
"""A folder with `tls.crt` and `tls.key`, or the two files."""

log = logging.getLogger("kube.controller")


class Certificate:
    """The certificate of two files. Raises OSError, and ssl.SSLError for what is neither.

    `context` is the server's; each handshake gets the certificate that was read last. It is
    replaced as a whole: a context that is loaded with a new certificate and a key that does not fit
    has neither.
    """

    def __init__(
        self, files: CertificateFiles, clock: Clock, recorder: CertificateRecorder | None = None
    ) -> None:
        self._recorder = recorder
        self._files = _pair(files)
        self._fields = {"file": str(self._files[0])}
        self._clock = clock
        self._content = self._read()
        self._current = _context(*self._files)
        self.context = _context(*self._files)
        self.context.sni_callback = self._use_current
        self._note_read(failed=False)

    async def run(self) -> None:
        """Serve what the files contain, from the next handshake on, until cancelled."""
        while True:
            await self._clock.sleep(REREAD_SECONDS)
            self.reread()

    def reread(self) -> None:
        """Look at the files once. A pair that does not fit together is left for the next look."""
        try:
            content = self._read()
            if content != self._content:
                self._current = _context(*self._files)
                self._content = content
                self._note_read(failed=False)
                log.info("serving the new certificate of %s", self._files[0], extra=self._fields)
        except (OSError, ssl.SSLError) as error:
            self._note_read(failed=True)
            log.error(
                "cannot read the certificate %s, and serves the last one: %s",
                self._files[0],
                error,
                extra=self._fields,
            )

    def _note_read(self, *, failed: bool) -> None:
        if self._recorder is not None:
            self._recorder.certificate_read(failed)

    def _read(self) -> tuple[bytes, bytes]:
        certificate, key = self._files
        return certificate.read_bytes(), key.read_bytes()

    def _use_current(
        self, connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext
    ) -> None:
        # Called at each handshake, also of clients that name no server.
        connection.context = self._current


def own_context() -> ssl.SSLContext:
    """The context of a server with a certificate of its own, for localhost, signed by itself.

    Raises MissingExtraError without the library `cryptography`.
    """
    try:
        made = self_signed()
    except ModuleNotFoundError:
        raise MissingExtraError("metrics_tls=True", "cryptography") from None
    # Python reads certificates from files alone, and a container's file system may be read-only.
    with ExitStack() as stack:
        paths = [_private_file(stack, content) for content in made]
        return _context(*paths)


def _private_file(stack: ExitStack, content: bytes) -> Path:
    """The path of a file with a content, in memory where the system has such files."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("kube-controller")
        stack.callback(os.close, number)
        os.write(number, content)
        return Path(f"/proc/self/fd/{number}")
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kube-controller-"))
    path = Path(folder) / "pem"
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


def _pair(files: CertificateFiles) -> tuple[Path, Path]:
    if isinstance(files, (str, Path)):
        return Path(files) / "tls.crt", Path(files) / "tls.key"
    if len(files) != 2:
        raise ValueError(f"a certificate is a folder, or two files, not {len(files)}")
    certificate, key = files
    return Path(certificate), Path(key)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Without a password OpenSSL would ask the terminal for that of an encrypted key.
    context.load_cert_chain(certificate, key, password=_no_password)
    return context


def _no_password() -> bytes:
    raise ssl.SSLError("the key is encrypted: give the server one that is not")
