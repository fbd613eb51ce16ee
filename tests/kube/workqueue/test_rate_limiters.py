from __future__ import annotations

import pytest

from kube.workqueue import (
    BucketRateLimiter,
    ItemExponentialFailureRateLimiter,
    MaxOfRateLimiter,
    default_rate_limiter,
)


def test_each_failure_of_a_key_doubles_its_own_delay_up_to_the_limit():
    limiter = ItemExponentialFailureRateLimiter(base=1, limit=60)
    assert [limiter.when("a") for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert limiter.when("b") == 1
    assert (limiter.num_requeues("a"), limiter.num_requeues("b")) == (8, 1)


def test_forgetting_begins_a_key_anew():
    limiter = ItemExponentialFailureRateLimiter(base=1)
    limiter.when("a")
    limiter.forget("a")
    limiter.forget("never seen")
    assert limiter.num_requeues("a") == 0
    assert limiter.when("a") == 1


def test_a_key_may_fail_for_ever():
    limiter = ItemExponentialFailureRateLimiter()
    assert max(limiter.when("a") for _ in range(3000)) == 1000.0


def test_a_bucket_gives_a_burst_and_then_a_rate():
    now = 0.0
    limiter = BucketRateLimiter(rate=10, burst=3, clock=lambda: now)
    assert [limiter.when("a") for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])
    now = 10.0
    assert limiter.when("b") == 0
    limiter.forget("a")
    assert limiter.num_requeues("a") == 0


def test_the_longest_of_several_delays_counts():
    slow, fast = ItemExponentialFailureRateLimiter(base=4), ItemExponentialFailureRateLimiter(1)
    limiter = MaxOfRateLimiter(slow, fast)
    assert limiter.when("a") == 4
    fast.when("a")
    assert limiter.num_requeues("a") == 2
    limiter.forget("a")
    assert limiter.num_requeues("a") == 0


def test_the_default_is_a_controllers():
    limiter = default_rate_limiter()
    assert limiter.when("a") == 0.005
    assert [limiter.when(i) for i in range(99)] == [0.005] * 99
    assert limiter.when("one too many") > 0.05
