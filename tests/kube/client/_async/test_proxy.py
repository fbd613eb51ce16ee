"""Proxies: of the kubeconfig, and of the environment."""

from __future__ import annotations

import pytest

from kube.client import AsyncRESTClient, Config
from tests.kube.client.faulty import answers, faulty, refused_url, sends
from tests.kube.client.proxy import proxy
from tests.kube.client.secure import ca_pem, secure_server


@pytest.fixture(autouse=True)
def no_proxies_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def body(config: Config) -> bytes:
    async with AsyncRESTClient.for_config(config) as rest:
        return (await rest.request("GET", "/x")).body


async def test_https_is_tunnelled_and_the_proxy_is_told_its_password() -> None:
    with secure_server("127.0.0.1") as url, proxy() as through:
        config = Config(
            server=url, ca_data=ca_pem(), proxy_url=f"http://me:pw@127.0.0.1:{through.port}"
        )
        assert await body(config) == b"nobody"
    head = through.heads[0].lower()
    assert head.startswith(f"connect {url.removeprefix('https://')} ")
    assert "proxy-authorization: basic bwu6chc=" in head


async def test_plain_http_goes_through_as_it_is() -> None:
    with faulty(sends(answers(b"ok"))) as server, proxy() as through:
        config = Config(server=server.url, proxy_url=f"http://127.0.0.1:{through.port}")
        assert await body(config) == b"ok"
    assert through.heads[0].startswith(f"GET {server.url}/x HTTP/1.1")


async def test_the_environments_proxy_is_used_but_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with secure_server("cluster.example", "127.0.0.1") as url, proxy() as through:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{through.port}")
        named = url.replace("127.0.0.1", "cluster.example")
        assert await body(Config(server=named, ca_data=ca_pem())) == b"nobody"
        assert len(through.heads) == 1
        assert await body(Config(server=url, ca_data=ca_pem())) == b"nobody"
        assert len(through.heads) == 1


async def test_the_proxy_of_a_configuration_is_used_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("HTTPS_PROXY", refused_url())
    with secure_server("127.0.0.1") as url, proxy() as through:
        configured = f"http://127.0.0.1:{through.port}"
        assert await body(Config(server=url, ca_data=ca_pem(), proxy_url=configured)) == b"nobody"
        assert len(through.heads) == 1
