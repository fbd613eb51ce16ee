# Derived from tests/kube/client/_async/test_proxy.py: python hack/unasync.py. DO NOT EDIT.
"""Proxies: of the kubeconfig, and of the environment."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import pytest

from kube.client import Config, RESTClient, TransportError
from tests.kube.client.faulty import answers, faulty, refused_url, sends
from tests.kube.client.proxy import proxy
from tests.kube.client.secure import AUTHORITY, ca_pem, secure_server
from tests.kube.client.socks import socks_proxy


@pytest.fixture(autouse=True)
def no_proxies_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def body(config: Config) -> bytes:
    with RESTClient.for_config(config) as rest:
        return rest.request("GET", "/x").body


def test_https_is_tunnelled_and_the_proxy_is_told_its_password() -> None:
    with secure_server("127.0.0.1") as url, proxy() as through:
        config = Config(
            server=url, ca_data=ca_pem(), proxy_url=f"http://me:pw@127.0.0.1:{through.port}"
        )
        assert body(config) == b"nobody"
    head = through.heads[0].lower()
    assert head.startswith(f"connect {url.removeprefix('https://')} ")
    assert "proxy-authorization: basic bwu6chc=" in head


def test_plain_http_goes_through_as_it_is() -> None:
    with faulty(sends(answers(b"ok"))) as server, proxy() as through:
        config = Config(server=server.url, proxy_url=f"http://127.0.0.1:{through.port}")
        assert body(config) == b"ok"
    assert through.heads[0].startswith(f"GET {server.url}/x HTTP/1.1")


def test_the_environments_proxy_is_used_but_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with secure_server("cluster.example", "127.0.0.1") as url, proxy() as through:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{through.port}")
        named = url.replace("127.0.0.1", "cluster.example")
        assert body(Config(server=named, ca_data=ca_pem())) == b"nobody"
        assert len(through.heads) == 1
        assert body(Config(server=url, ca_data=ca_pem())) == b"nobody"
        assert len(through.heads) == 1


def test_the_proxy_of_a_configuration_is_used_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("HTTPS_PROXY", refused_url())
    with secure_server("127.0.0.1") as url, proxy() as through:
        configured = f"http://127.0.0.1:{through.port}"
        assert body(Config(server=url, ca_data=ca_pem(), proxy_url=configured)) == b"nobody"
        assert len(through.heads) == 1


@pytest.fixture
def proxy_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The TLS of a proxy that is trusted as the public web is: not by the cluster's authority."""
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(ca_pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_proxy_may_itself_be_reached_over_tls(proxy_tls: ssl.SSLContext) -> None:
    with secure_server("127.0.0.1") as url, proxy(proxy_tls) as through:
        config = Config(
            server=url, ca_data=ca_pem(), proxy_url=f"https://me:pw@127.0.0.1:{through.port}"
        )
        assert body(config) == b"nobody"
    assert "proxy-authorization: basic bwu6chc=" in through.heads[0].lower()


def test_large_bodies_go_through_tls_within_tls_both_ways(
    proxy_tls: ssl.SSLContext,
) -> None:
    large = bytes(range(256)) * 16384  # 4 MiB
    with secure_server("127.0.0.1") as url, proxy(proxy_tls) as through:
        config = Config(server=url, ca_data=ca_pem(), proxy_url=f"https://127.0.0.1:{through.port}")
        with RESTClient.for_config(config) as rest:
            for sent in (large, b"small", large):
                response = rest.request("POST", "/", body=sent)
                assert response.body == hashlib.sha256(sent).digest() + sent
    assert len(through.heads) == 1


def test_plain_http_goes_through_a_proxy_of_tls_as_it_is(proxy_tls: ssl.SSLContext) -> None:
    with faulty(sends(answers(b"ok"))) as server, proxy(proxy_tls) as through:
        config = Config(server=server.url, proxy_url=f"https://127.0.0.1:{through.port}")
        assert body(config) == b"ok"
    assert through.heads[0].startswith(f"GET {server.url}/x HTTP/1.1")


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_leads_to_a_server_whose_name_it_resolves(scheme: str) -> None:
    with secure_server("cluster.example") as url, socks_proxy(b"me:pw") as through:
        config = Config(
            server=url.replace("127.0.0.1", "cluster.example"),
            ca_data=ca_pem(),
            proxy_url=f"{scheme}://me:pw@127.0.0.1:{through.port}",
        )
        assert body(config) == b"nobody"
    assert (through.asked, through.logins) == (["cluster.example"], [b"me:pw"])


def test_plain_http_goes_through_a_socks_proxy() -> None:
    with faulty(sends(answers(b"ok"))) as server, socks_proxy() as through:
        config = Config(server=server.url, proxy_url=f"socks5://127.0.0.1:{through.port}")
        assert body(config) == b"ok"
    assert through.asked == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("proxy_url", "message"),
    [
        ("socks5://me:s3cret@127.0.0.1:{port}", "refused the username and password"),
        ("socks5://127.0.0.1:{port}", "accepts none of the ways to log in"),
    ],
)
def test_a_proxy_that_refuses_us_is_one_clear_error_without_the_password(
    proxy_url: str, message: str
) -> None:
    with socks_proxy(b"me:other") as through:
        url = proxy_url.format(port=through.port)
        with pytest.raises(TransportError, match=message) as raised:
            body(Config(server="https://cluster.example", proxy_url=url))
    assert not raised.value.sent
    assert "s3cret" not in str(raised.value)
    assert f"through the proxy socks5://127.0.0.1:{through.port}" in str(raised.value)
