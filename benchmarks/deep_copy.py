"""A deep copy of one Pod."""

from __future__ import annotations

import copy

from benchmarks.measure import Code, Round, race, repeated
from benchmarks.report import OURS, Column, Table, aim_of_ratio
from benchmarks.samples import Sample

STDLIB = "copy.deepcopy of the same as plain msgspec"
ROUND_TRIP = "msgspec: encode and decode"
PLAIN_ROUND_TRIP = f"{ROUND_TRIP}, the same as plain msgspec"


def tables(*, rounds: int) -> list[Table]:
    return [_table(kind, size, rounds) for kind, size in (("lean", "5.6"), ("full", "7.8"))]


def _table(kind: str, size: str, rounds: int) -> Table:
    def entry(name: str, function: str, distribution: str = "") -> Code:
        return Code(name, f"{__name__}:{function}", {"kind": kind}, distribution)

    outcomes = race(
        [
            entry(OURS, "ours"),
            entry("the reflective copy, without generated code", "reflective"),
            entry(ROUND_TRIP, "round_trip"),
            entry(PLAIN_ROUND_TRIP, "plain_round_trip"),
            entry(STDLIB, "stdlib"),
            entry("lightkube", "lightkube", "lightkube"),
            entry("kubernetes", "kubernetes", "kubernetes"),
        ],
        rounds,
    )
    more = ", managedFields included" if kind == "full" else ""
    return Table(
        f"A deep copy of a Pod of {size} KB{more}",
        [Column("CPU, µs", "cpu", 1e6)],
        outcomes,
        [
            aim_of_ratio(outcomes, "cpu", STDLIB, 20),
            aim_of_ratio(outcomes, "cpu", ROUND_TRIP, 1),
        ],
    )


def ours(kind: str) -> Round:
    from kube.api.core.v1 import Pod
    from kube.runtime import codec

    pod = codec.decode(Sample(kind).pod(1, 1), Pod)
    return repeated(pod.deep_copy)


def reflective(kind: str) -> Round:
    import sys

    from kube.api.core.v1 import Pod
    from kube.runtime import codec

    # None in the table of modules: importing the generated code fails, as where there is none.
    for package in ("kube.api.core.v1", "kube.api.meta.v1"):
        sys.modules[f"{package}.zz_generated_deepcopy"] = None  # type: ignore[assignment]
    pod = codec.decode(Sample(kind).pod(1, 1), Pod)
    return repeated(pod.deep_copy)


def round_trip(kind: str) -> Round:
    import msgspec

    from kube.api.core.v1 import Pod
    from kube.runtime import codec

    decode = codec.decoder(Pod).decode
    encode = msgspec.json.Encoder().encode
    pod = decode(Sample(kind).pod(1, 1))
    return repeated(lambda: decode(encode(pod)))


def plain_round_trip(kind: str) -> Round:
    import msgspec

    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    decode = msgspec.json.Decoder(plain(Pod)).decode
    encode = msgspec.json.Encoder().encode
    pod = decode(Sample(kind).pod(1, 1))
    return repeated(lambda: decode(encode(pod)))


def stdlib(kind: str) -> Round:
    import msgspec

    from benchmarks.floor import plain
    from kube.api.core.v1 import Pod

    pod = msgspec.json.decode(Sample(kind).pod(1, 1), type=plain(Pod))
    for entry in pod.metadata.managed_fields or ():
        entry.fields_v1 = bytes(entry.fields_v1)  # msgspec.Raw cannot be copied
    return repeated(lambda: copy.deepcopy(pod))


def lightkube(kind: str) -> Round:
    from lightkube.core.decoders import decode_object
    from lightkube.resources.core_v1 import Pod

    pod = decode_object(Sample(kind).pod(1, 1), Pod)
    return repeated(lambda: copy.deepcopy(pod))


def kubernetes(kind: str) -> Round:
    from kubernetes.client import ApiClient

    text = Sample(kind).pod(1, 1).decode()
    pod = ApiClient().deserialize(text, "V1Pod", "application/json")
    return repeated(lambda: copy.deepcopy(pod))
