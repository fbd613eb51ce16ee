# Derived from tests/kube/client/_async/test_tls.py: python hack/unasync.py. DO NOT EDIT.
"""TLS as a kubeconfig describes it, with certificates that rotate."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from kube.client import Config, RESTClient, TransportError, tls
from kube.client.exec_credentials import ExecPlugin
from tests.kube.client.secure import ca_pem, client_certificate, secure_server


def who(url: str, **settings: Any) -> str:
    """Whom the server takes us for."""
    with RESTClient.for_config(Config(server=url, **settings)) as rest:
        return rest.request("GET", "/").body.decode()


def test_the_given_authority_is_trusted_and_no_other() -> None:
    with secure_server("127.0.0.1") as url:
        assert who(url, ca_data=ca_pem()) == "nobody"
        with pytest.raises(TransportError, match="certificate verify failed") as raised:
            who(url)
        assert not raised.value.sent


def test_the_authority_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(ca_pem())
    with secure_server("127.0.0.1") as url:
        assert who(url, ca_file=str(path)) == "nobody"


def test_the_servers_name_is_checked_against_tls_server_name() -> None:
    with secure_server("api.internal") as url:
        with pytest.raises(TransportError, match=r"not valid for '127\.0\.0\.1'"):
            who(url, ca_data=ca_pem())
        assert who(url, ca_data=ca_pem(), tls_server_name="api.internal") == "nobody"


def test_insecure_skip_tls_verify_checks_nothing() -> None:
    with secure_server("elsewhere") as url:
        assert who(url, insecure_skip_tls_verify=True) == "nobody"


def test_an_expired_certificate_of_the_server_is_refused() -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    with (
        secure_server("127.0.0.1", not_after=past) as url,
        pytest.raises(TransportError, match="certificate has expired"),
    ):
        who(url, ca_data=ca_pem())


def test_a_client_certificate_says_who_we_are() -> None:
    cert, key = client_certificate("jane")
    with secure_server("127.0.0.1") as url:
        assert who(url, ca_data=ca_pem(), cert_data=cert, key_data=key) == "jane"


def test_a_certificate_in_files_is_read_again_when_it_rotates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "FILES_CHECKED_EVERY", 0)
    cert_file, key_file = tmp_path / "tls.crt", tmp_path / "tls.key"

    def rotate(name: str) -> None:
        for path, data in zip((cert_file, key_file), client_certificate(name), strict=True):
            fresh = path.with_suffix(".new")
            fresh.write_bytes(data)
            os.replace(fresh, path)

    rotate("jane")
    with secure_server("127.0.0.1") as url:
        config = Config(
            server=url, ca_data=ca_pem(), cert_file=str(cert_file), key_file=str(key_file)
        )
        with RESTClient.for_config(config) as rest:
            assert rest.request("GET", "/").body == b"jane"
            rotate("june")
            assert rest.request("GET", "/").body == b"june"
            cert_file.write_bytes(b"half a certif")
            assert rest.request("GET", "/").body == b"june"


def test_a_401_makes_an_exec_plugin_issue_a_new_certificate(tmp_path: Path) -> None:
    for name in ("revoked", "jane"):
        cert, key = client_certificate(name)
        (tmp_path / f"{name}.crt").write_bytes(cert)
        (tmp_path / f"{name}.key").write_bytes(key)
    script = (
        "import json, pathlib, sys\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "name = 'jane' if (folder / 'ran').exists() else 'revoked'\n"
        "(folder / 'ran').touch()\n"
        "print(json.dumps({'apiVersion': 'client.authentication.k8s.io/v1',"
        " 'kind': 'ExecCredential', 'status': {"
        " 'clientCertificateData': (folder / f'{name}.crt').read_text(),"
        " 'clientKeyData': (folder / f'{name}.key').read_text()}}))\n"
    )
    plugin = ExecPlugin(
        command=sys.executable,
        args=("-c", script, str(tmp_path)),
        api_version="client.authentication.k8s.io/v1",
    )
    with secure_server("127.0.0.1") as url:
        assert who(url, ca_data=ca_pem(), exec=plugin) == "jane"


def test_a_key_that_is_not_valid_is_an_error_without_its_text() -> None:
    cert, _ = client_certificate("jane")
    with (
        secure_server("127.0.0.1") as url,
        pytest.raises(TransportError, match="certificates cannot be loaded") as raised,
    ):
        who(url, ca_data=ca_pem(), cert_data=cert, key_data=b"s3cret")
    assert "s3cret" not in str(raised.value)


def test_an_authority_in_a_file_is_read_again_when_a_handshake_fails(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(trustme.CA().cert_pem.bytes())
    with secure_server("127.0.0.1") as url:
        config = Config(server=url, ca_file=str(path))
        with RESTClient.for_config(config) as rest:
            with pytest.raises(TransportError, match="certificate verify failed"):
                rest.request("GET", "/")
            path.write_bytes(ca_pem())
            assert rest.request("GET", "/").body == b"nobody"


def test_a_certificate_in_a_file_is_read_again_when_the_server_refuses_it(
    tmp_path: Path,
) -> None:
    cert_file, key_file = tmp_path / "tls.crt", tmp_path / "tls.key"
    stranger = trustme.CA().issue_cert("jane@example.com", common_name="jane")
    cert_file.write_bytes(stranger.cert_chain_pems[0].bytes())
    key_file.write_bytes(stranger.private_key_pem.bytes())
    with secure_server("127.0.0.1") as url:
        config = Config(
            server=url, ca_data=ca_pem(), cert_file=str(cert_file), key_file=str(key_file)
        )
        with RESTClient.for_config(config) as rest:
            with pytest.raises(TransportError):
                rest.request("GET", "/")
            for path, data in zip((cert_file, key_file), client_certificate("june"), strict=True):
                path.write_bytes(data)
            assert rest.request("GET", "/").body == b"june"
