"""Workqueues: what controllers take their keys from.

A key is queued once however often it is added, and worked on by one worker at a time; failures are
tried again later and later.
"""

from kube.workqueue.metrics import Gauges, MetricsProvider, Recorder
from kube.workqueue.queue import LOW_PRIORITY, QueueShutDownError, Workqueue
from kube.workqueue.rate_limiters import (
    BucketRateLimiter,
    ItemExponentialFailureRateLimiter,
    MaxOfRateLimiter,
    RateLimiter,
    default_rate_limiter,
)

__all__ = [
    "LOW_PRIORITY",
    "BucketRateLimiter",
    "Gauges",
    "ItemExponentialFailureRateLimiter",
    "MaxOfRateLimiter",
    "MetricsProvider",
    "QueueShutDownError",
    "RateLimiter",
    "Recorder",
    "Workqueue",
    "default_rate_limiter",
]
