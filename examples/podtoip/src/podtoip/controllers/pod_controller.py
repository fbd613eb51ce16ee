"""Keeps a PodToIp for each pod that has an address: an informer, a queue of keys, two workers."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from kube.api.core.v1 import Pod, PodStatus
from kube.api.meta.v1 import ObjectMeta
from kube.cache import Indexer, InformerOptions, object_key
from kube.client import AsyncRESTClient
from kube.clientset import AsyncClientset
from kube.informers import SharedInformerFactory
from kube.runtime import Object
from kube.runtime.clock import Clock, SystemClock
from kube.runtime.errors import AlreadyExistsError, ConflictError, NotFoundError
from kube.runtime.resource import resource_of
from kube.workqueue import Workqueue

from podtoip.api.v1.pod_to_ip_types import PodToIp
from podtoip.client import PodToIpClient
from podtoip.controllers.definition import ensure_definition, packaged_definition

# +kubebuilder:rbac:groups="",resources=pods,verbs=list;watch
# +kubebuilder:rbac:groups=example.com,resources=podtoips,verbs=list;watch
# The client is written by hand, and nobody sees from here what it sends.
# codegen: ignore[superfluous-rule]
# +kubebuilder:rbac:groups=example.com,resources=podtoips,verbs=create;update;delete

RESYNC = 30.0
WORKERS = 2

log = logging.getLogger("podtoip")


class PodController:
    """Runs until it is cancelled. The work is that of one process: the leader's."""

    def __init__(self, rest: AsyncRESTClient, clock: Clock | None = None) -> None:
        self._rest = rest
        self._clock = clock or SystemClock()
        self._client = PodToIpClient(rest)
        self._queue = Workqueue[str]("podtoip", clock=self._clock)

    async def run(self) -> None:
        """Register the CRD, fill the caches, work. Raises `DefinitionError`."""
        await ensure_definition(self._rest, packaged_definition(), self._clock)
        options = {Pod: InformerOptions(transform=only_address)}
        async with SharedInformerFactory(AsyncClientset(self._rest), options=options) as factory:
            pods = factory.core.v1.pods.informer
            pods.add_event_handler(self._enqueue, self._enqueue_moved, self._enqueue, resync=RESYNC)
            mirrors = factory.informer_for(resource_of(PodToIp))
            mirrors.add_event_handler(self._enqueue, self._enqueue_changed, self._enqueue)
            await factory.wait_for_cache_sync()
            log.info("following %d pods", len(pods.indexer))
            async with asyncio.TaskGroup() as group:
                for _ in range(WORKERS):
                    group.create_task(self._work(pods.indexer, mirrors.indexer))

    def _enqueue(self, obj: Object) -> None:
        """A PodToIp has the key of its pod."""
        self._queue.add(object_key(obj))

    def _enqueue_moved(self, old: Pod, new: Pod) -> None:
        """Of all that changes in a pod only its address counts; in a resync nothing changes."""
        if old.status.pod_ip != new.status.pod_ip:
            self._enqueue(new)

    def _enqueue_changed(self, old: PodToIp, new: PodToIp) -> None:
        """Somebody has changed a PodToIp: it is compared with its pod again."""
        if content(old) != content(new):
            self._enqueue(new)

    async def _work(self, pods: Indexer[Pod], mirrors: Indexer[PodToIp]) -> None:
        async for key in self._queue:  # done with a key when the next one is asked for
            try:
                await self._reconcile(key, pods.get(key), mirrors.get(key))
            except (AlreadyExistsError, ConflictError, NotFoundError) as error:
                log.debug("%s: the cache is behind: %s", key, error)
                self._queue.add_rate_limited(key)
            except Exception as error:
                log.warning("%s: %s; trying again", key, error)
                self._queue.add_rate_limited(key)
            else:
                self._queue.forget(key)

    async def _reconcile(self, key: str, pod: Pod | None, mirror: PodToIp | None) -> None:
        """Have the PodToIp of this key be as its pod is."""
        wanted = wanted_for(pod)
        if wanted is None:
            if mirror is not None and mirror.metadata.deletion_timestamp is None:
                with suppress(NotFoundError):
                    name, namespace = mirror.metadata.name, mirror.metadata.namespace
                    await self._client.delete(name, namespace, uid=mirror.metadata.uid)
                log.info("%s is gone", key)
        elif mirror is None:
            await self._client.create(wanted)
            log.info("%s has the address %s", key, wanted.pod_address)
        elif content(mirror) != content(wanted):
            changed = mirror.deep_copy()
            changed.pod_name, changed.pod_address = content(wanted)
            await self._client.update(changed)
            log.info("%s has the address %s now", key, wanted.pod_address)


def only_address(pod: Pod) -> Pod:
    """What is cached of a pod: there may be very many, and nothing else of them is read."""
    metadata = ObjectMeta(
        name=pod.metadata.name,
        namespace=pod.metadata.namespace,
        uid=pod.metadata.uid,
        resource_version=pod.metadata.resource_version,
    )
    return Pod(metadata=metadata, status=PodStatus(pod_ip=pod.status.pod_ip))


def wanted_for(pod: Pod | None) -> PodToIp | None:
    """The PodToIp of a pod; None without a pod, and without an address."""
    if pod is None or not pod.status.pod_ip:
        return None
    metadata = ObjectMeta(name=pod.metadata.name, namespace=pod.metadata.namespace)
    return PodToIp(metadata=metadata, pod_name=pod.metadata.name, pod_address=pod.status.pod_ip)


def content(mirror: PodToIp) -> tuple[str, str]:
    """What it says of its pod."""
    return mirror.pod_name, mirror.pod_address
