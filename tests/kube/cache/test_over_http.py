"""Informers over sockets, and a server that goes away. In real time; waits have events."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from apis.clusterprovisioner.v1alpha1.types import Cluster, ClusterSpec
from generated.clientset.versioned import AsyncClientset
from generated.clientset.versioned.fake import FakeClientset
from generated.informers.externalversions import SharedInformerFactory
from kube.api.meta.v1 import ObjectMeta
from kube.client import Config
from kube.envtest.http import serving


class Names:
    """A handler that lets a test wait for what it heard."""

    def __init__(self):
        self.present = set()
        self._changed = asyncio.Condition()

    async def add(self, obj):
        await self._change(self.present.add, obj)

    async def delete(self, obj):
        await self._change(self.present.discard, obj)

    async def _change(self, change, obj):
        async with self._changed:
            change(obj.metadata.name)
            self._changed.notify_all()

    async def become(self, *names):
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: self.present == set(names))


def cluster(name):
    return Cluster(metadata=ObjectMeta(name=name), spec=ClusterSpec(config_path="rke.yaml"))


@pytest.fixture
def elsewhere():
    """Somebody else's clients, who reach the server even while it does not listen."""
    return FakeClientset()


async def test_informers_survive_a_server_that_goes_away_and_comes_back(elsewhere):
    clusters = elsewhere.clusterprovisioner_v1alpha1.clusters()
    clusters.create(cluster("kept"))
    clusters.create(cluster("doomed"))
    names = Names()
    with ExitStack() as listening:
        url = listening.enter_context(serving(elsewhere.server))
        async with (
            AsyncClientset.for_config(Config(server=url, qps=-1)) as clients,
            SharedInformerFactory(clients) as factory,
        ):
            informer = factory.clusterprovisioner.v1alpha1.clusters
            informer.informer.add_event_handler(on_add=names.add, on_delete=names.delete)
            assert await factory.wait_for_cache_sync(timeout=30) == {Cluster: True}
            await names.become("kept", "doomed")

            clusters.create(cluster("live"))
            await names.become("kept", "doomed", "live")

            listening.close()
            clusters.delete("doomed")
            clusters.create(cluster("meanwhile"))
            port = urlsplit(url).port or 0
            with serving(elsewhere.server, port=port):
                await names.become("kept", "live", "meanwhile")
                assert informer.lister.get("meanwhile").kind == "Cluster"
                assert informer.informer.measures().lists == 1, "the watch went on where it was"
                await factory.shutdown()


async def test_two_hundred_events_in_one_breath_all_arrive(elsewhere):
    clusters = elsewhere.clusterprovisioner_v1alpha1.clusters()
    names = Names()
    with serving(elsewhere.server) as url:
        async with (
            AsyncClientset.for_config(Config(server=url, qps=-1)) as clients,
            SharedInformerFactory(clients, watch_list=True) as factory,
        ):
            informer = factory.clusterprovisioner.v1alpha1.clusters.informer
            informer.add_event_handler(on_add=names.add, on_delete=names.delete)
            await factory.wait_for_cache_sync(timeout=30)
            for i in range(200):
                clusters.create(cluster(f"c{i}"))
            for i in range(0, 200, 2):
                clusters.delete(f"c{i}")
            await names.become(*(f"c{i}" for i in range(1, 200, 2)))
            assert len(informer.indexer) == 100
