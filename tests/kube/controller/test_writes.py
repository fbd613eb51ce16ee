"""Which own writes a cache has not seen yet: decided without a cache."""

from __future__ import annotations

import pytest

from kube.controller.writes import DELETIONS_REMEMBERED, FEW, Writes
from kube.runtime import GroupResource

WEBS = GroupResource("example.com", "webs")
PARTS = GroupResource("example.com", "parts")


class Cached:
    """A cache of webs at a version; parts are not followed."""

    def __init__(self):
        self.version = 10
        self.now = 0.0
        self.writes = Writes(self.version_of, lambda: self.now)

    def version_of(self, resource, key):
        return self.version if resource == WEBS else None

    def waits(self, key, uid="u1", resource=WEBS):
        return bool(list(self.writes.pending(resource, key, self.version, uid)))


@pytest.fixture
def cached():
    return Cached()


def test_a_read_waits_until_the_cache_has_reached_the_write(cached):
    cached.writes.note(WEBS, "a", "12")
    assert cached.waits("a")
    assert not cached.waits("b")
    cached.version = 12
    assert not cached.waits("a")
    assert len(cached.writes) == 0


def test_a_write_that_the_cache_has_seen_already_is_not_remembered(cached):
    cached.writes.note(WEBS, "a", "10")
    assert len(cached.writes) == 0


@pytest.mark.parametrize("version", ["", "abc", "-1"])
def test_versions_that_are_not_numbers_are_not_waited_for(cached, version):
    cached.writes.note(WEBS, "a", version)
    assert not cached.waits("a")


def test_of_several_writes_the_last_counts_in_any_order(cached):
    cached.writes.note(WEBS, "a", "15")
    cached.writes.note(WEBS, "a", "12")
    cached.version = 12
    assert cached.waits("a")


def test_a_deleted_object_is_waited_for_as_long_as_it_is_cached(cached):
    cached.writes.note_deleted(WEBS, "a", "u1")
    assert cached.waits("a", "u1")
    assert not cached.waits("a", "")
    assert not cached.waits("a", "u2")
    # It may have been created and deleted unseen, and come up only now.
    assert cached.waits("a", "u1")
    cached.now = DELETIONS_REMEMBERED
    assert not cached.waits("a", "u1")
    assert len(cached.writes) == 0


def test_a_write_before_the_cache_follows_the_kind_holds_for_all_of_its_reads(cached):
    cached.writes.note(PARTS, "a", "20")
    cached.writes.note(PARTS, "b", "25")
    assert cached.waits("c", resource=PARTS)
    cached.version = 25
    assert not cached.waits("c", resource=PARTS)
    assert not cached.writes.has_any(PARTS)


def test_writes_that_nobody_reads_do_not_add_up(cached):
    for n in range(10 * FEW):
        cached.writes.note(WEBS, f"w{n}", str(11 + n))
        cached.version = 10 + n
        cached.writes.note_deleted(PARTS, f"p{n}", "u")
        cached.now += 1
    assert len(cached.writes) < 3 * FEW
