"""A lister's answer by namespace: it should cost what the answer holds, not what the cache does."""

from __future__ import annotations

from benchmarks.measure import Code, Round, race, repeated
from benchmarks.report import OURS, Column, Table

ANSWER = 100


def tables(*, sizes: tuple[int, ...], rounds: int) -> list[Table]:
    """One row a size of the cache."""
    outcomes = [
        outcome
        for size in sizes
        for outcome in race(
            [
                Code(f"{OURS}, of {size:,}", f"{__name__}:ours", {"size": size}),
                Code(
                    f"kubernetes: all, filtered, of {size:,}",
                    f"{__name__}:filtered",
                    {"size": size},
                ),
            ],
            rounds,
        )
    ]
    return [
        Table(
            f"A list by namespace: {ANSWER} Pods of a cache of many",
            [Column("CPU, µs", "cpu", 1e6)],
            outcomes,
            reference=f"{OURS}, of {sizes[0]:,}",
        )
    ]


def ours(size: int) -> Round:
    from benchmarks.clients import PODS
    from kube.api.core.v1 import Pod, PodSpec
    from kube.api.meta.v1 import ObjectMeta
    from kube.cache import Indexer, NamespacedLister

    indexer: Indexer[Pod] = Indexer()
    for i in range(size):
        meta = ObjectMeta(name=f"web-{i}", namespace=f"team-{i % (size // ANSWER)}")
        indexer.add(Pod(metadata=meta, spec=PodSpec(containers=[])))
    lister = NamespacedLister(indexer, PODS.gvr.group_resource)
    assert len(lister.list("team-0")) == ANSWER
    return repeated(lambda: lister.list("team-0"))


def filtered(size: int) -> Round:
    """What there is without an index: the client's cache has a list of everything."""
    from types import SimpleNamespace

    objects = {
        f"team-{i % (size // ANSWER)}/web-{i}": SimpleNamespace(
            metadata=SimpleNamespace(name=f"web-{i}", namespace=f"team-{i % (size // ANSWER)}")
        )
        for i in range(size)
    }
    return repeated(lambda: [o for o in list(objects.values()) if o.metadata.namespace == "team-0"])
