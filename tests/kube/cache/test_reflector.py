"""The reflector against a script, line by line of what it must guarantee."""

from __future__ import annotations

import asyncio

import pytest

from kube.api.meta.v1 import Status, StatusCause, StatusDetails
from kube.cache import SharedInformer
from kube.client.transport import TransportError
from kube.runtime.codec import DecodeError
from kube.runtime.errors import from_status
from tests.kube.cache.conftest import quiet
from tests.kube.cache.scripted import (
    SILENCE,
    Script,
    Widget,
    added,
    bookmark,
    deleted,
    expired,
    modified,
    page,
    refusal,
    refused,
    undecodable,
    widget,
)

# 1. Which version a list asks for


async def test_the_first_list_asks_for_any_version(follow):
    async with follow(Script(page(7))) as f:
        await f.settle()
        assert [o.resource_version for o in f.script.asked_lists] == ["0"]
        assert f.script.asked_lists[0].resource_version_match == ""


async def test_a_relist_asks_for_the_last_seen_version(follow):
    script = Script(page(7), page(20), watches=[[added(widget("a", 12)), expired()]])
    async with follow(script) as f:
        await f.settle()
        assert [o.resource_version for o in script.asked_lists] == ["0", "12"]
        assert script.asked_lists[1].resource_version_match == "NotOlderThan"


@pytest.mark.parametrize(
    "unavailable",
    [expired(), refusal(410, "Gone"), pytest.param("too-large", id="too-large")],
    ids=str,
)
async def test_a_list_whose_version_is_not_available_is_asked_anew_at_once(follow, unavailable):
    if unavailable == "too-large":
        unavailable = too_large()
    script = Script(page(7), unavailable, page(20), watches=[[10, expired()]])
    async with follow(script) as f:
        await f.settle()
        assert [o.resource_version for o in script.asked_lists] == ["0", "7", ""]
        assert script.times[3] == script.times[2], "no pause between the two"


async def test_an_expired_list_of_the_latest_version_backs_off(follow):
    script = Script(expired(), expired(), page(20))
    async with follow(script) as f:
        await f.settle()
        assert [o.resource_version for o in script.asked_lists] == ["0", "", ""]
        assert script.times[2] - script.times[1] >= 0.8


# 2. Pages


async def test_lists_are_paged_and_later_pages_carry_no_version(follow):
    script = Script(
        page(7, widget("a"), continue_="one"),
        page(7, widget("b"), continue_="two"),
        page(7, widget("c")),
    )
    async with follow(script) as f:
        await f.settle()
        assert f.cached().keys() == {"a", "b", "c"}
        asked = [(o.limit, o.continue_, o.resource_version) for o in script.asked_lists]
        assert asked == [(500, "", "0"), (500, "one", ""), (500, "two", "")]
        assert {o.resource_version_match for o in script.asked_lists} == {""}


async def test_a_later_page_that_expired_falls_back_to_one_full_list(follow):
    script = Script(
        page(7, widget("a"), continue_="one"), expired(), page(9, widget("b"), widget("c"))
    )
    async with follow(script) as f:
        await f.settle()
        assert f.cached().keys() == {"b", "c"}
        asked = [(o.limit, o.continue_, o.resource_version) for o in script.asked_lists]
        assert asked == [(500, "", "0"), (500, "one", ""), (0, "", "0")]
        assert script.asked_watches[0].resource_version == "9"


async def test_a_relist_at_a_version_asks_for_no_pages(follow):
    """With a limit the server would read it from etcd, and not from its watch cache."""
    script = Script(page(7), page(20), watches=[[10, expired()]])
    async with follow(script) as f:
        await f.settle()
        assert [(o.resource_version, o.limit) for o in script.asked_lists] == [("0", 500), ("7", 0)]


async def test_a_relist_from_a_server_without_a_watch_cache_is_paged(follow):
    script = Script(page(7, continue_="two"), page(7), page(20), watches=[[10, expired()]])
    async with follow(script) as f:
        await f.settle()
        asked = [(o.resource_version, o.limit) for o in script.asked_lists]
        assert asked == [("0", 500), ("", 500), ("7", 500)]


async def test_a_relist_whose_version_is_lost_is_paged(follow):
    script = Script(page(7), expired(), page(20), watches=[[10, expired()]])
    async with follow(script) as f:
        await f.settle()
        asked = [(o.resource_version, o.limit) for o in script.asked_lists]
        assert asked == [("0", 500), ("7", 0), ("", 500)]


# 3. What a watch asks for


async def test_a_watch_starts_at_the_lists_version_with_bookmarks_and_a_random_timeout(follow):
    script = Script(page(7), watches=[[5]] * 40)
    async with follow(script) as f:
        await f.settle()
        assert {o.resource_version for o in script.asked_watches} == {"7"}
        assert all(o.allow_watch_bookmarks for o in script.asked_watches)
        seconds = {o.timeout_seconds for o in script.asked_watches}
        assert min(seconds) >= 300
        assert max(seconds) < 600
        assert len(seconds) > 10


# 4. How watches end


async def test_a_watch_that_ends_cleanly_goes_on_from_its_last_version_without_a_list(follow):
    script = Script(page(7), watches=[[added(widget("a", 9))], [5, modified(widget("a", 11))]])
    async with follow(script) as f:
        await f.settle()
        assert [o.resource_version for o in script.asked_watches] == ["7", "9", "11"]
        assert len(script.asked_lists) == 1
        assert f.cached() == {"a": "11"}


@pytest.mark.parametrize("how", ["as the answer", "in the stream"])
async def test_an_expired_watch_lists_anew(follow, how):
    expiry = expired() if how == "as the answer" else [2, expired()]
    script = Script(page(7, widget("a", 5)), page(30, widget("b", 25)), watches=[expiry])
    async with follow(script) as f:
        await f.settle()
        assert len(script.asked_lists) == 2
        assert f.cached() == {"b": "25"}
        assert script.asked_watches[-1].resource_version == "30"


@pytest.mark.parametrize(
    "failure",
    [
        refusal(429, "TooManyRequests"),
        refusal(503, "ServiceUnavailable"),
        refused(),
        [refusal(429, "TooManyRequests")],
        [TransportError("reset by peer")],
        [TransportError("the watch ended in the middle of an event")],
    ],
    ids=str,
)
async def test_a_passing_failure_backs_off_and_watches_again_without_a_list(follow, failure):
    script = Script(page(7), watches=[failure, [added(widget("a", 9)), 10]])
    async with follow(script) as f:
        await f.settle()
        assert len(script.asked_lists) == 1
        assert [o.resource_version for o in script.asked_watches] == ["7", "7", "9"]
        assert 0.8 <= script.times[2] - script.times[1] <= 1.6
        assert f.cached() == {"a": "9"}


async def test_retry_after_is_honoured_where_it_is_longer_than_the_back_off(follow):
    script = Script(page(7), watches=[refusal(429, "TooManyRequests", retry_after=17)])
    async with follow(script) as f:
        await f.settle()
        assert script.times[2] - script.times[1] == pytest.approx(17)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 500])
async def test_a_watch_refused_for_another_reason_backs_off_and_lists_anew(follow, code):
    script = Script(page(7), page(9, widget("a", 8)), watches=[refusal(code, "")])
    async with follow(script) as f:
        await f.settle()
        assert len(script.asked_lists) == 2
        assert script.times[2] - script.times[1] >= 0.8
        assert f.cached() == {"a": "8"}


async def test_watches_that_open_but_cannot_be_read_end_in_a_new_list(follow):
    garbage = [TransportError("the watch sent a line that is no event")]
    script = Script(page(7), page(9, widget("a", 8)), watches=[garbage] * 3)
    async with follow(script) as f:
        await f.settle()
        assert len(script.asked_lists) == 2
        assert f.cached() == {"a": "8"}


def too_large():
    cause = StatusCause(reason="ResourceVersionTooLarge", message="Too large resource version")
    details = StatusDetails(causes=[cause])
    return from_status(Status(code=504, reason="Timeout", details=details))


@pytest.mark.parametrize("code", [502, 503, 504])
async def test_watches_that_never_open_end_in_a_new_list(follow, code):
    unavailable = refusal(code, "")
    script = Script(page(7), page(9, widget("a", 8)), watches=[unavailable] * 3)
    async with follow(script) as f:
        await f.settle()
        assert [o.resource_version for o in script.asked_lists] == ["0", "7"]
        assert f.cached() == {"a": "8"}


@pytest.mark.parametrize("failure", [refusal(429, "TooManyRequests"), refused()], ids=str)
async def test_a_server_that_takes_nothing_is_not_asked_for_lists(follow, failure):
    script = Script(page(7), watches=[failure] * 12)
    async with follow(script) as f:
        await f.settle()
        assert len(script.asked_lists) == 1


@pytest.mark.parametrize("in_stream", [False, True])
async def test_a_watch_ahead_of_the_server_lists_the_latest_version_at_once(follow, in_stream):
    failure = [5, too_large()] if in_stream else too_large()
    script = Script(page(7), page(5, widget("a", 4)), watches=[failure])
    async with follow(script) as f:
        await f.settle()
        assert [o.resource_version for o in script.asked_lists] == ["0", ""]
        assert script.times[2] - script.times[1] == (5 if in_stream else 0)
        assert script.asked_watches[-1].resource_version == "5"


async def test_an_expired_version_does_not_increase_the_back_off(follow):
    """A server that is gone for a while, and has forgotten our version when it comes back."""
    script = Script(page(7), page(30), watches=[[100], *[refused()] * 4, expired()])
    async with follow(script):
        await script.silent.wait()
        listed_after = script.times[7] - script.times[6]
        assert 0.8 <= listed_after <= 1.6
        assert script.times[6] - script.times[5] > 6, "the refusals before did"


async def test_versions_that_expire_time_after_time_back_off(follow):
    script = Script(page(7), watches=[expired()] * 6)
    async with follow(script):
        await script.silent.wait()
        assert script.times[-1] - script.times[0] > 20


# 5. Gaps


async def test_replayed_events_bring_no_deleted_object_back_and_no_version_down(follow):
    script = Script(
        page(20, widget("a", 11)),
        watches=[
            [deleted(widget("a", 25))],
            [added(widget("a", 11)), undecodable("ADDED", "b", 12), bookmark(13), 5],
        ],
    )
    async with follow(script) as f:
        await f.settle()
        assert f.cached() == {}
        assert f.log.lines == ["initial a@11", "delete a@25"]
        assert script.asked_watches[-1].resource_version == "25"
        assert f.informer.measures().skipped == 2


async def test_versions_that_are_no_numbers_are_taken_as_they_come(follow):
    script = Script(page("b"), watches=[[added(widget("a", "a")), 5]])
    async with follow(script) as f:
        await f.settle()
        assert f.cached() == {"a": "a"}
        assert script.asked_watches[-1].resource_version == "a"


async def test_a_server_restored_from_a_backup_is_followed_down(follow):
    script = Script(
        page(50, widget("a", 40)), too_large(), page(9, widget("a", 8)), watches=[expired()]
    )
    async with follow(script) as f:
        await f.settle()
        assert f.cached() == {"a": "8"}
        f.script.send(modified(widget("a", 10)))
        await quiet()
        assert f.cached() == {"a": "10"}


async def test_a_relist_reports_what_vanished_as_deleted(follow):
    script = Script(
        page(7, widget("a", 3), widget("b", 4)),
        page(20, widget("b", 4)),
        watches=[[modified(widget("a", 9)), expired()]],
    )
    async with follow(script) as f:
        await f.settle()
        assert f.log.lines == ["initial a@3", "initial b@4", "update a@3→9", "tombstone a@9"]
        assert f.cached() == {"b": "4"}


# 6. Bookmarks and foreign objects


async def test_bookmarks_move_the_version_and_reach_no_handler(follow):
    script = Script(page(7), watches=[[bookmark(50), 5]])
    async with follow(script) as f:
        await f.settle()
        assert script.asked_watches[-1].resource_version == "50"
        assert f.informer.last_sync_resource_version == "50"
        assert f.log.lines == []


async def test_an_object_of_a_wrong_type_is_dropped_and_moves_no_version(follow, caplog):
    foreign = Widget(api_version="example.io/v1", kind="Gadget")
    foreign.metadata.name, foreign.metadata.resource_version = "g", "99999999"
    unreadable = undecodable("ADDED", "h", 99999999, kind="Gadget")
    script = Script(page(7), watches=[[added(foreign), unreadable, 5]])
    async with follow(script) as f:
        await f.settle()
        assert script.asked_watches[-1].resource_version == "7"
        assert f.cached() == {}
        assert f.informer.measures().skipped == 2
        assert "dropped an object of another kind: example.io/v1 Gadget" in caplog.text


# 7. Streamed lists


async def test_a_streamed_list_asks_for_initial_events_and_is_synced_at_their_end(follow):
    script = Script(watches=[[added(widget("a", 3)), added(widget("b", 4)), SILENCE]])
    async with follow(script, watch_list=True) as f:
        await quiet()
        asked = script.asked_watches[0]
        assert (asked.send_initial_events, asked.resource_version_match) == (True, "NotOlderThan")
        assert asked.allow_watch_bookmarks
        assert not f.informer.has_synced
        assert f.cached() == {}

        script.send(bookmark(9, ends_initial_events=True), added(widget("c", 10)))
        await quiet()
        assert f.informer.has_synced
        assert f.cached() == {"a": "3", "b": "4", "c": "10"}
        assert f.log.lines == ["initial a@3", "initial b@4", "add c@10"]
        assert script.asked_lists == []


async def test_an_ordinary_bookmark_does_not_end_the_initial_events(follow):
    script = Script(watches=[[added(widget("a", 3)), bookmark(5), SILENCE]])
    async with follow(script, watch_list=True) as f:
        await quiet()
        assert not f.informer.has_synced


@pytest.mark.parametrize(
    "answer",
    [refusal(422, "Invalid"), refusal(400, "BadRequest"), refusal(405, "MethodNotAllowed")],
    ids=str,
)
async def test_a_server_that_does_not_stream_lists_is_listed(follow, answer):
    script = Script(page(7, widget("a", 3)), page(30), watches=[answer, [5, expired()]])
    async with follow(script, watch_list=True) as f:
        await f.settle()
        assert [o.resource_version for o in script.asked_lists] == ["0", "7"]
        asked = [o.send_initial_events for o in script.asked_watches]
        assert asked == [True, None, None], "it is asked once"


async def test_what_happens_among_the_initial_events_is_taken_in_too(follow):
    events = [added(widget("a", 3)), deleted(widget("a", 5)), modified(widget("b", 6))]
    script = Script(watches=[[*events, bookmark(9, ends_initial_events=True), SILENCE]])
    async with follow(script, watch_list=True) as f:
        await f.informer.wait_for_sync()
        assert f.cached() == {"b": "6"}


async def test_an_undecodable_object_of_a_streamed_list_is_no_deletion(follow):
    first = [added(widget("a", 3)), bookmark(9, ends_initial_events=True), 5]
    second = [undecodable("ADDED", "a", 14), bookmark(20, ends_initial_events=True), SILENCE]
    script = Script(watches=[first, expired(), second])
    async with follow(script, watch_list=True) as f:
        await f.informer.wait_for_sync()
        await asyncio.sleep(60)
        assert f.cached() == {"a": "3"}
        assert f.informer.last_sync_resource_version == "20"


@pytest.mark.parametrize(
    "failure",
    [
        [added(widget("a", 3)), TransportError("reset")],
        [added(widget("a", 3)), refusal(500, "InternalError")],
        [added(widget("a", 3)), 3],
        [],
        refusal(403, "Forbidden"),
        refusal(503, "ServiceUnavailable"),
        expired(),
    ],
    ids=str,
)
async def test_a_streamed_list_that_fails_is_followed_by_a_list_at_once(follow, failure):
    script = Script(page(7, widget("b", 4)), watches=[failure])
    async with follow(script, watch_list=True) as f:
        began = asyncio.get_running_loop().time()
        await f.settle()
        assert f.cached() == {"b": "4"}
        assert len(script.asked_lists) == 1
        assert script.times[1] - began <= (
            3 if 3 in (failure if type(failure) is list else []) else 0
        )
        assert [o.send_initial_events for o in script.asked_watches] == [True, None]


@pytest.mark.parametrize("failure", [refusal(429, "TooManyRequests", retry_after=9), refused()])
async def test_where_the_server_takes_nothing_a_streamed_list_waits_and_is_streamed(
    follow, failure
):
    whole = [added(widget("b", 4)), bookmark(9, ends_initial_events=True), SILENCE]
    script = Script(watches=[failure, whole])
    async with follow(script, watch_list=True) as f:
        await f.informer.wait_for_sync()
        assert script.asked_lists == []
        assert script.times[1] - script.times[0] >= 0.8


async def test_a_streamed_list_that_ended_early_once_is_streamed_the_next_time(follow):
    whole = [added(widget("b", 4)), bookmark(9, ends_initial_events=True), SILENCE]
    script = Script(page(7, widget("a", 3)), watches=[[3], [5, expired()], whole])
    async with follow(script, watch_list=True) as f:
        await f.informer.wait_for_sync()
        await asyncio.sleep(60)
        assert [o.send_initial_events for o in script.asked_watches] == [True, None, True]
        assert f.cached() == {"b": "4"}


async def test_a_server_that_passes_over_the_wish_for_initial_events_is_listed_soon(follow):
    script = Script(page(7, widget("a", 3)), watches=[[added(widget("a", 3)), SILENCE]])
    async with follow(script, watch_list=True) as f:
        await f.informer.wait_for_sync()
        assert script.times[1] - script.times[0] <= 60
        assert f.cached() == {"a": "3"}


async def test_lists_are_streamed_only_where_it_is_asked_for():
    script = Script(page(7))
    informer = SharedInformer(script)
    running = asyncio.create_task(informer.run())
    assert await informer.wait_for_sync()
    assert len(script.asked_lists) == 1
    running.cancel()
    await asyncio.wait([running])


async def test_after_a_streamed_list_a_gap_is_streamed_too(follow):
    first = [added(widget("a", 3)), bookmark(9, ends_initial_events=True), 5]
    second = [added(widget("b", 14)), bookmark(20, ends_initial_events=True), SILENCE]
    script = Script(watches=[first, expired(), second])
    async with follow(script, watch_list=True) as f:
        await f.informer.wait_for_sync()
        await asyncio.sleep(60)
        assert f.cached() == {"b": "14"}
        assert f.log.lines == ["initial a@3", "tombstone a@3", "add b@14"]
        assert script.asked_lists == []


# 8. Back-off


async def test_failures_wait_longer_and_longer_up_to_half_a_minute(follow):
    script = Script(*[refused()] * 12, page(7))
    async with follow(script) as f:
        await f.settle()
        pauses = [b - a for a, b in zip(script.times, script.times[1:], strict=False)][:12]
        for n, pause in enumerate(pauses):
            base = min(0.8 * 2**n, 30)
            assert base <= pause + 1e-6
            assert pause <= min(base * 2, 30) + 1e-6
        assert f.informer.has_synced


async def test_two_minutes_of_peace_begin_the_back_off_anew(follow):
    healthy = [added(widget("a", 9)), 150]
    script = Script(page(7), watches=[refused()] * 6 + [healthy, refused()])
    async with follow(script):
        await script.silent.wait()
        assert script.times[-1] - script.times[-2] <= 1.6


async def test_a_short_watch_without_an_event_counts_as_a_failure(follow):
    script = Script(page(7), watches=[[]] * 20)
    async with follow(script):
        await script.silent.wait()
        assert script.times[-1] > 300, "twenty empty watches do not come in a storm"
        assert len(script.asked_lists) == 1


async def test_no_failure_makes_a_storm_of_requests(follow):
    storms = [expired(), refused(), refusal(401, "Unauthorized"), [expired()], [], [refused()]]
    for storm in storms:
        lists = [page(7)] if storm in ([], [expired()]) else [storm] * 50
        script = Script(*lists, watches=[storm] * 200)
        async with follow(script):
            began = asyncio.get_running_loop().time()
            await asyncio.sleep(60)
            requests = [t for t in script.times if t - began <= 60]
            assert len(requests) <= 30


# 9. Silence


async def test_a_silent_connection_ends_well_before_the_server_should_have_ended_it(follow):
    script = Script(page(7), watches=[[added(widget("a", 9)), SILENCE]])
    async with follow(script) as f:
        await f.settle()
        lived = script.times[2] - script.times[1]
        assert 60 < lived < 240, "longer than bookmarks are apart, and well before 5 minutes"
        assert [o.resource_version for o in script.asked_watches] == ["7", "9"]
        assert script.open_watches == 1


async def test_bookmarks_keep_a_quiet_watch_open_to_the_end_that_it_asked_for(follow):
    minutes = [step for n in range(20) for step in (60, bookmark(8 + n))]
    script = Script(page(7), watches=[minutes])
    async with follow(script) as f:
        await f.settle()
        lived = script.times[2] - script.times[1]
        asked = script.asked_watches[0].timeout_seconds
        assert asked <= lived <= asked + 60, "this server never ends it"


async def test_a_tweaked_timeout_moves_both_deadlines(follow):
    def patient(options):
        options.timeout_seconds = 1000

    minutes = [step for n in range(30) for step in (60, bookmark(8 + n))]
    script = Script(page(7), watches=[minutes])
    async with follow(script, tweak_list_options=patient) as f:
        await f.settle()
        assert script.asked_watches[0].timeout_seconds == 1000
        assert 1000 <= script.times[2] - script.times[1] <= 1060


async def test_what_the_reflector_needs_itself_a_tweak_cannot_change(follow):
    def meddle(options):
        options.resource_version = "3"
        options.allow_watch_bookmarks = False
        options.continue_ = "elsewhere"
        options.label_selector = "tier=web"

    script = Script(page(7, continue_="two"), page(7))
    async with follow(script, tweak_list_options=meddle) as f:
        await f.settle()
        [first, second], [watch] = script.asked_lists, script.asked_watches
        assert (first.resource_version, first.continue_) == ("3", "")
        assert (second.resource_version, second.continue_) == ("", "two")
        assert (watch.resource_version, watch.allow_watch_bookmarks) == ("7", True)
        assert {o.label_selector for o in (first, second, watch)} == {"tier=web"}


# 10. Undecodable objects


async def test_an_undecodable_event_is_skipped_counted_and_logged_with_its_path(follow, caplog):
    script = Script(
        page(7),
        watches=[[added(widget("a", 8)), undecodable("ADDED", "b", 9), added(widget("c", 10))]],
    )
    async with follow(script) as f:
        await f.settle()
        assert f.cached() == {"a": "8", "c": "10"}
        assert f.informer.measures().skipped == 1
        assert "Widget b: skipped" in caplog.text
        assert "$.spec.size" in caplog.text


async def test_an_undecodable_item_of_a_list_is_no_deletion(follow):
    script = Script(
        page(7, widget("a", 3), widget("b", 4)),
        page(20, widget("b", 4), broken=[undecodable("", "a", 15)]),
        watches=[expired()],
    )
    async with follow(script) as f:
        await f.settle()
        assert f.cached() == {"a": "3", "b": "4"}
        assert f.informer.measures().skipped == 1
        assert "tombstone a@3" not in f.log.lines


async def test_the_deletion_of_an_object_that_no_longer_decodes_is_seen(follow):
    script = Script(page(7, widget("a", 3)), watches=[[undecodable("DELETED", "a", 9), 5]])
    async with follow(script) as f:
        await f.settle()
        assert f.cached() == {}
        assert f.log.lines == ["initial a@3", "tombstone a@3"]
        assert script.asked_watches[-1].resource_version == "9"


async def test_an_unknown_type_of_event_is_passed_over(follow):
    script = Script(page(7), watches=[[undecodable("RENAMED", "a", 9), added(widget("b", 10))]])
    async with follow(script) as f:
        await f.settle()
        assert f.cached() == {"b": "10"}


# Nothing ends it


@pytest.mark.parametrize(
    "failure",
    [DecodeError("not a list"), refusal(503, "ServiceUnavailable"), KeyError("a bug"), OSError()],
    ids=repr,
)
async def test_no_failure_of_the_first_list_ends_the_reflector(follow, failure):
    async with follow(Script(failure, page(7, widget("a", 3)))) as f:
        await f.settle()
        assert f.cached() == {"a": "3"}


async def test_an_event_from_before_the_cached_state_is_dropped(follow):
    reborn = widget("a", 20, uid="second")
    script = Script(
        page(7),
        watches=[[added(reborn), deleted(widget("a", 9, uid="first")), modified(widget("a", 8))]],
    )
    async with follow(script) as f:
        await f.settle()
        assert f.informer.indexer.get("a") is reborn
        assert f.log.lines == ["add a@20"]


async def test_cancelling_closes_the_watch(follow):
    async with follow(Script(page(7))) as f:
        await f.settle()
        assert f.script.open_watches == 1
    assert f.script.open_watches == 0
    assert f.informer.is_stopped
