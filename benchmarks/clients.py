"""A typed client for the benchmarks' Pods, in both forms, as generated code would have it."""

from __future__ import annotations

from kube.api.core.v1 import Pod, PodList
from kube.api.core.v1.zz_generated_resources import PODS
from kube.client import AsyncGets, AsyncLists, AsyncWatches, Config, Gets, Lists, Watches

__all__ = ["PODS", "AsyncPodClient", "PodClient", "config"]


class PodClient(Gets[Pod], Lists[Pod, PodList], Watches[Pod]):
    resource = PODS


class AsyncPodClient(AsyncGets[Pod], AsyncLists[Pod, PodList], AsyncWatches[Pod]):
    resource = PODS


def config(kubeconfig: str) -> Config:
    """Without a limit of our own on requests a second."""
    return Config.load(kubeconfig, qps=-1)
