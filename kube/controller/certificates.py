"""A server's certificate from files, read again when they change.

Mounted Secrets change by a symlink, so the content is compared, and not the time of a file.
"""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from kube.runtime.clock import Clock

REREAD_SECONDS = 10.0

log = logging.getLogger("kube.controller")


class Certificate:
    """`tls.crt` and `tls.key` of a folder. Raises OSError, and ssl.SSLError for what is neither."""

    def __init__(self, folder: str | Path, clock: Clock) -> None:
        self._files = Path(folder) / "tls.crt", Path(folder) / "tls.key"
        self._fields = {"file": str(self._files[0])}
        self._clock = clock
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._content = self._read()
        self.context.load_cert_chain(*self._files)

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
                self.context.load_cert_chain(*self._files)
                self._content = content
                log.info("serving the new certificate of %s", self._files[0], extra=self._fields)
        except (OSError, ssl.SSLError) as error:
            log.error(
                "cannot read the certificate %s: %s", self._files[0], error, extra=self._fields
            )

    def _read(self) -> tuple[bytes, ...]:
        return tuple(path.read_bytes() for path in self._files)
