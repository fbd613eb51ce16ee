"""A certificate for a server that nobody has given one, such as that of metrics, or a test's.

It encrypts what goes over the wire, and proves nothing to those who do not trust it by itself. A
process of its own makes it, since the library for that would keep 18 MB of memory.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

VALID = timedelta(days=3650)
EARLIER = timedelta(hours=1)
"""How far the clocks of clients may be behind."""

_END = b"-----END CERTIFICATE-----\n"


def self_signed() -> tuple[bytes, bytes]:
    """A new certificate for localhost, and its key, as PEM.

    Raises ModuleNotFoundError without the library `cryptography`.
    """
    # As a file, without the packages that it is in; -P keeps its neighbours from being modules.
    maker = subprocess.run(
        [sys.executable, "-P", __file__], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if maker.returncode == 0:
        certificate, end, key = maker.stdout.partition(_END)
        return certificate + end, key
    lines = maker.stderr.decode(errors="replace").strip().splitlines()
    reason = lines[-1] if lines else f"exit status {maker.returncode}"
    if reason.startswith("ModuleNotFoundError: No module named 'cryptography"):
        raise ModuleNotFoundError("No module named 'cryptography'", name="cryptography")
    raise OSError(f"cannot make a self-signed certificate: {reason}")


def _print_pair() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    sys.stdout.buffer.write(certificate.public_bytes(pem) + private)


if __name__ == "__main__":
    _print_pair()
