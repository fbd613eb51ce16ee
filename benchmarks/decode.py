"""A list of Pods decoded: from the bytes of the answer to typed objects."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.measure import Code, Round, race, repeated
from benchmarks.report import OURS, Column, Table, aim_of_ratio, met, times, value_of
from benchmarks.samples import Sample

FLOOR = "msgspec alone, collector paused"
PLAIN = "msgspec alone"


def tables(*, count: int, rounds: int) -> list[Table]:
    """`count` Pods a list."""
    here = f"{__name__}:"
    options = {"count": count}
    peers = [
        Code("lightkube", f"{here}lightkube", options, "lightkube"),
        Code("kubernetes", f"{here}kubernetes", options, "kubernetes"),
        Code("kubernetes_asyncio", f"{here}kubernetes_asyncio", options, "kubernetes_asyncio"),
        Code("kr8s", f"{here}kr8s", options, "kr8s"),
    ]
    plain = [
        Code(OURS, f"{here}ours", options),
        Code(FLOOR, f"{here}floor", options),
        Code(PLAIN, f"{here}floor", {**options, "paused": False}),
        *peers,
    ]
    newer = [
        Code(OURS, f"{here}ours", {**options, "kind": "newer"}),
        Code("the same without the unknown field", f"{here}ours", options),
        Code(FLOOR, f"{here}floor", {**options, "kind": "newer"}),
    ]
    columns = [Column("CPU, ms", "cpu", 1e3)]
    first, second = race(plain, rounds), race(newer, rounds)
    return [
        Table(
            f"A list of {count:,} Pods of 7.8 KB, decoded",
            columns,
            first,
            [
                aim_of_ratio(first, "cpu", "kubernetes", 8),
                aim_of_ratio(first, "cpu", "lightkube", 1.8),
                _at_most(first, FLOOR, 1.1),
                _at_most(first, PLAIN, 1.1),
            ],
        ),
        Table(
            "The same from a newer server: a field that our classes do not know in every Pod",
            columns,
            second,
            [_at_most(second, "the same without the unknown field", 2)],
        ),
    ]


def _at_most(outcomes: Any, than: str, most: float) -> str:
    ours, other = value_of(outcomes, OURS, "cpu"), value_of(outcomes, than, "cpu")
    assert ours
    assert other
    return f"aim: at most {most:g} times {than}; it is {times(ours / other)}, " + met(
        ours / other <= most
    )


def ours(count: int, kind: str = "full") -> Round:
    from benchmarks.clients import PODS
    from kube.api.core.v1 import PodList
    from kube.client.decoding import decode_list

    body = Sample(kind).list(range(count))

    def decode() -> None:
        found = decode_list(body, PodList, PODS, _never)
        assert len(found.items) == count

    return repeated(decode)


def _never(*broken: Any) -> None:
    raise AssertionError(broken)


def floor(count: int, kind: str = "full", paused: bool = True) -> Round:
    import msgspec

    from benchmarks.floor import plain
    from kube.api.core.v1 import PodList
    from kube.client.decoding import collector_paused

    body = Sample(kind).list(range(count))
    decode = msgspec.json.Decoder(plain(PodList)).decode

    def decode_paused() -> None:
        with collector_paused():
            found = decode(body)
        assert len(found.items) == count  # it outlives the pause: the collector then looks at it

    return repeated(decode_paused if paused else lambda: decode(body))


def lightkube(count: int) -> Round:
    from lightkube.core.decoders import decode_list
    from lightkube.resources.core_v1 import Pod

    body = Sample().list(range(count))
    return repeated(lambda: decode_list(body, Pod))


def kubernetes(count: int) -> Round:
    from kubernetes.client import ApiClient

    body, client = Sample().list(range(count)), ApiClient()
    return repeated(lambda: client.deserialize(body.decode(), "V1PodList", "application/json"))


def kubernetes_asyncio(count: int) -> Round:
    import asyncio
    from types import SimpleNamespace

    from kubernetes_asyncio.client import ApiClient

    async def made() -> ApiClient:
        return ApiClient()

    body, client = Sample().list(range(count)), asyncio.run(made())
    return repeated(lambda: client.deserialize(SimpleNamespace(data=body.decode()), "V1PodList"))


def kr8s(count: int) -> Round:
    from kr8s.objects import Pod

    body, api = Sample().list(range(count)), object()
    return repeated(lambda: [Pod(item, api=api) for item in json.loads(body)["items"]])
