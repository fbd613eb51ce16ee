"""Clients through real proxies and TLS ends, to the embedded server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from kube.client import AsyncRESTClient, Config, RESTClient, TransportError
from kube.envtest import AsyncMemoryTransport
from kube.envtest.http import serving
from kube.runtime import errors
from tests.kube.client.kinds import AsyncWidgets, Widgets, widget, widget_server
from tests.kube.client.middle.conftest import TLSEnd, microsocks, tinyproxy
from tests.kube.client.secure import ca_pem, secure_server


def config(url: str, proxy_url: str = "") -> Config:
    return Config(server=url, ca_data=ca_pem(), proxy_url=proxy_url, qps=-1)


async def test_requests_outlive_a_tls_end_that_closes_kept_connections(tls_end: TLSEnd) -> None:
    with serving(widget_server()) as upstream, tls_end.before(upstream) as url:
        async with AsyncRESTClient.for_config(config(url)) as rest:
            widgets = AsyncWidgets(rest, "default")
            for n in range(10):  # some on connections that have served their number
                await widgets.create(widget(f"w{n}"))
            await asyncio.sleep(1.2)  # longer than it keeps idle ones
            assert len((await widgets.list()).items) == 10
            got = await asyncio.gather(*[widgets.get(f"w{n % 10}") for n in range(100)])
            assert len(got) == 100
        assert await asyncio.to_thread(names_by_threads, url) == {f"w{n}" for n in range(10)}


def names_by_threads(url: str) -> set[str]:
    with RESTClient.for_config(config(url)) as rest, ThreadPoolExecutor(10) as executor:
        widgets = Widgets(rest, "default")
        widgets.get("w0")
        time.sleep(1.2)  # longer than it keeps idle connections
        got = executor.map(lambda n: widgets.get(f"w{n % 10}"), range(100))
        return {each.metadata.name for each in got}


async def test_a_watch_that_a_tls_end_cuts_off_ends(tls_end: TLSEnd) -> None:
    server = widget_server()
    async with AsyncRESTClient(AsyncMemoryTransport(server)) as direct:
        await AsyncWidgets(direct, "default").create(widget("one"))
    with (
        serving(server) as upstream,
        tls_end.before(upstream, patience=1) as url,
    ):
        async with AsyncRESTClient.for_config(config(url)) as rest:
            names: list[str] = []
            async with asyncio.timeout(200):
                while not names:  # a slow server's first event may come too late
                    # nginx cuts the chunks off, haproxy ends them as if that were all.
                    with suppress(TransportError, errors.APIError):
                        async with AsyncWidgets(rest, "default").watch() as events:
                            async for event in events:
                                names.append(event.object.metadata.name)
            assert names == ["one"]


async def test_what_a_tls_end_refuses_is_an_answer(tls_end: TLSEnd) -> None:
    if tls_end.kind != "nginx":
        pytest.skip("haproxy has no limit for bodies")
    with serving(widget_server()) as upstream, tls_end.before(upstream) as url:
        async with AsyncRESTClient.for_config(config(url)) as rest:
            with pytest.raises(Exception, match=r"413|too large|Too Large"):
                await rest.request("POST", "/api/v1/namespaces", body=b"{" + bytes(2_000_000))


PROXIES = pytest.mark.parametrize("through", [tinyproxy, microsocks])
Through = Callable[[Path], AbstractContextManager[str]]


@PROXIES
async def test_tls_goes_through_a_proxy_that_asks_for_a_password(
    through: Through, tmp_path: Path
) -> None:
    with secure_server("127.0.0.1") as url, through(tmp_path) as proxy_url:
        async with AsyncRESTClient.for_config(config(url, proxy_url)) as rest:
            assert (await rest.request("GET", "/")).body == b"nobody"
        with RESTClient.for_config(config(url, proxy_url)) as rest_sync:
            assert rest_sync.request("GET", "/").body == b"nobody"
        wrong = proxy_url.replace(":pw@", ":s3cret@")
        async with AsyncRESTClient.for_config(config(url, wrong)) as rest:
            with pytest.raises(TransportError, match="proxy") as raised:
                await rest.request("GET", "/")
            assert "s3cret" not in str(raised.value)


@PROXIES
async def test_a_plain_watch_goes_through_a_proxy(through: Through, tmp_path: Path) -> None:
    with serving(widget_server()) as url, through(tmp_path) as proxy_url:
        assert await asyncio.to_thread(watched, config(url, proxy_url)) == ["one"]


def watched(through: Config) -> list[str]:
    names = []
    with RESTClient.for_config(through) as rest:
        widgets = Widgets(rest, "default")
        widgets.create(widget("one"))
        with widgets.watch() as events:
            for event in events:
                names.append(event.object.metadata.name)
                events.close()
    return names
