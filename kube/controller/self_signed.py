"""A certificate for a server that nobody has given one, such as that of metrics.

It encrypts what goes over the wire, and proves nothing: who connects cannot verify it. A process of
its own makes it, since the library for that would keep 18 MB of memory.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

VALID = timedelta(days=3650)
EARLIER = timedelta(hours=1)
"""How far the clocks of clients may be behind."""


def write_self_signed(folder: str | Path) -> None:
    """Write a new `tls.crt` and `tls.key` for localhost into a folder that exists.

    Raises MissingExtraError without the library `cryptography`, and OSError where the folder cannot
    be written to.
    """
    # As a file, without the packages that it is in; -P keeps its neighbours from being modules.
    maker = subprocess.run(
        [sys.executable, "-P", __file__, str(folder)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if maker.returncode == 0:
        return
    reason = (maker.stderr.strip().splitlines() or [f"exit status {maker.returncode}"])[-1]
    if reason.startswith("ModuleNotFoundError: No module named 'cryptography"):
        from kube.controller.errors import MissingExtraError

        raise MissingExtraError("a self-signed certificate", "cryptography")
    raise OSError(f"cannot write a self-signed certificate into {folder}: {reason}")


def _write(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    secret = folder / "tls.key"
    secret.touch(mode=0o600)
    secret.write_bytes(private)
    (folder / "tls.crt").write_bytes(certificate.public_bytes(pem))


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
