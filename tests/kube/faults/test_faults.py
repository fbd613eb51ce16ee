"""After every fault the cache is what the server has, nothing was missed, and nothing stormed."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from tests.kube.faults.catalogue import LASTING, LIST_FAULTS, WATCH_FAULTS
from tests.kube.faults.conftest import PAUSE
from tests.kube.faults.proxy import (
    after,
    error_event,
    refuses,
)


def assert_no_storm(asked, faults):
    """A fault costs two more requests at most: the list, and the watch that follows it."""
    assert len(asked) <= 2 + 2 * faults + 2
    # Whoever asks again at once does it a limited number of times; then there are pauses.
    for first, last in zip(asked, asked[5:], strict=False):
        assert last.time - first.time >= PAUSE


@pytest.mark.parametrize("watch_list", [False, True], ids=["list", "watch-list"])
@pytest.mark.parametrize("name", WATCH_FAULTS)
async def test_the_cache_converges_after_a_fault_of_the_watch(follow, name, watch_list):
    seconds = 1 if "silence" in name else 60
    async with follow(watch_list=watch_list, watch_seconds=seconds) as f:
        for each in ("kept", "changed", "doomed"):
            await f.create(each)
        await f.converge()
        f.proxy.watches.extend([WATCH_FAULTS[name]] * (1 if name in LASTING else 2))
        before = len(f.proxy.asked)
        f.proxy.drop()  # so that the next watch meets the fault
        await f.resize("changed", 7)
        await f.delete("doomed")
        await f.create("new")
        while f.proxy.watches:
            asked = len(f.proxy.asked)
            async with asyncio.timeout(30):
                await f.proxy.until_asked(lambda all, asked=asked: len(all) > asked)
        await f.create("last")
        await f.converge()
        assert ("delete", "doomed") in f.mirror.history
        assert_no_storm(f.proxy.asked[before:], faults=4)


@pytest.mark.parametrize("name", LIST_FAULTS)
async def test_the_cache_converges_after_faults_of_the_first_list(follow, proxy, name):
    proxy.lists.extend([LIST_FAULTS[name]] * 3)
    async with follow() as f:
        await f.create("a")
        await f.create("b")
        await f.converge()
        assert not proxy.lists
        await f.delete("a")
        await f.converge()
        assert_no_storm(proxy.asked, faults=3)


@pytest.mark.parametrize("name", LIST_FAULTS)
async def test_the_cache_converges_after_a_fault_of_a_relist(follow, proxy, name):
    async with follow() as f:
        await f.create("a")
        await f.create("b")
        await f.converge()
        proxy.lists.append(LIST_FAULTS[name])
        proxy.watches.append(after(0, error_event(410, "Expired")))
        proxy.drop()
        await f.delete("a")
        await f.converge()
        assert f.mirror.history[-1] == ("delete", "a")


async def test_a_server_that_refuses_connections_is_waited_for(follow, proxy):
    async with follow() as f:
        for each in "abc":
            await f.create(each)
        await f.converge()
        await proxy.stop_listening()
        proxy.drop()
        await f.delete("a")
        await f.resize("b", 9)
        await f.create("d")
        await asyncio.sleep(3 * PAUSE)  # some attempts meet a closed port
        before = len(proxy.asked)
        await proxy.listen()
        await f.converge()
        assert ("delete", "a") in f.mirror.history
        assert_no_storm(proxy.asked[before:], faults=1)


@pytest.mark.parametrize("watch_list", [False, True], ids=["list", "watch-list"])
async def test_a_deletion_in_a_gap_whose_history_is_lost_is_told(follow, proxy, watch_list):
    async with follow(watch_list=watch_list) as f:
        for each in ("kept", "gone", "replaced"):
            await f.create(each)
        await f.converge()
        await proxy.stop_listening()
        proxy.drop()
        await f.delete("gone")
        await f.delete("replaced")
        await f.create("replaced", size=2)
        proxy.watches.append(refuses(410, "Expired"))
        await proxy.listen()
        await f.converge()
        assert ("delete", "gone") in f.mirror.history


@pytest.mark.parametrize("watch_list", [False, True], ids=["list", "watch-list"])
async def test_an_object_that_does_not_decode_hides_no_other(follow, watch_list, caplog):
    async with follow(watch_list=watch_list) as f:
        await f.create("bad", free={"x": "text"})
        await f.create("good")
        await f.converge(but=["bad"])
        await f.create("worse", free={"y": [1]})
        await f.create("better")
        await f.converge(but=["bad", "worse"])
        assert f.informer.measures().skipped == 2
        assert "bad" in caplog.text
        assert "spec.free" in caplog.text
        await f.delete("worse")
        await f.delete("good")
        await f.converge(but=["bad"])


@pytest.mark.parametrize("code", [410, 429, 500, 503])
async def test_an_endless_refusal_is_answered_with_longer_and_longer_pauses(follow, proxy, code):
    async with follow() as f:
        await f.create("a")
        await f.converge()
        proxy.watches.extend([refuses(code, "OnPurpose")] * 5)
        before = len(proxy.asked)
        proxy.drop()
        async with asyncio.timeout(60):
            await proxy.until_asked(lambda asked: sum(a.watch for a in asked[before:]) >= 5)
        watches = [asked.time for asked in proxy.asked[before:] if asked.watch]
        gaps = [later - earlier for earlier, later in itertools.pairwise(watches)]
        for number, gap in enumerate(gaps):
            assert gap >= PAUSE * 2**number
        await f.create("b")
        await f.converge()


@pytest.mark.parametrize("code", [429, 503])
async def test_retry_after_is_honoured_by_lists_and_watches(follow, proxy, code):
    for queue in (proxy.lists, proxy.watches):
        queue.append(refuses(code, "OnPurpose", retry_after="1"))
    async with follow() as f:
        await f.create("a")
        await f.converge()
        await f.create("b")
        await f.converge()
        for watch in (False, True):
            first, second = [asked.time for asked in proxy.asked if asked.watch == watch][:2]
            assert second - first >= 1


async def test_a_token_that_rotates_is_read_again(follow, proxy, tmp_path):
    path = tmp_path / "token"
    path.write_text("one")
    proxy.token = "one"
    async with follow(token_file=str(path)) as f:
        await f.create("a")
        await f.converge()
        proxy.token = "two"
        path.write_text("two")
        proxy.drop()
        await f.create("b")
        await f.delete("a")
        await f.converge()
        assert ("delete", "a") in f.mirror.history


async def test_a_token_that_is_late_is_waited_for(follow, proxy, tmp_path):
    path = tmp_path / "token"
    path.write_text("one")
    proxy.token = "two"
    async with follow(token_file=str(path)) as f:
        await f.create("a")
        async with asyncio.timeout(30):
            await proxy.until_asked(lambda asked: len(asked) >= 3)
        assert not f.informer.has_synced
        path.write_text("two")
        await f.converge()


def certificate(authority, *, expired):
    now = datetime.now(UTC)
    day = timedelta(days=1)
    issued = authority.issue_cert(
        "127.0.0.1", not_before=now - 9 * day, not_after=now - day if expired else now + day
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issued.configure_cert(context)
    return context


async def test_an_expired_certificate_is_waited_out(follow, proxy, monkeypatch):
    authority = trustme.CA()
    await proxy.stop_listening()
    await proxy.listen(certificate(authority, expired=True))
    monkeypatch.setattr(type(proxy), "url", property(lambda p: f"https://127.0.0.1:{p._port}"))
    changes = {"ca_data": authority.cert_pem.bytes()}
    async with follow(**changes) as f:
        await f.create("a")
        await asyncio.sleep(3 * PAUSE)  # some handshakes fail
        assert proxy.asked == []
        assert not f.informer.has_synced
        await proxy.stop_listening()
        await proxy.listen(certificate(authority, expired=False))
        await f.converge()
