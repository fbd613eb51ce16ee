"""The endpoints of a Service: families of addresses, zones, hints, and how slices are filled."""

from __future__ import annotations

from typing import Any

import pytest

from kube.envtest.apiserver.controllers.workloads.endpoints import (
    distribute,
    endpoint_of,
    families,
    labels_of,
)
from kube.envtest.apiserver.storage.store import Stored

NODE = {"metadata": {"name": "one", "labels": {"topology.kubernetes.io/zone": "east"}}}


def pod(number: int = 1, *, ready: bool = True, **status: Any) -> dict[str, Any]:
    name = f"pod-{number}"
    metadata = {"name": name, "namespace": "default", "uid": name}
    condition = {"type": "Ready", "status": str(ready)}
    ips = [{"ip": f"10.1.0.{number}"}, {"ip": f"fd00:0::{number}"}]
    return {
        "metadata": metadata,
        "spec": {"nodeName": "one", "containers": []},
        "status": {"podIPs": ips, "conditions": [condition], **status},
    }


def service(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web"}, "spec": {"clusterIP": "10.96.0.9", **spec}}


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"ipFamilies": ["IPv6", "IPv4"]}, ["IPv6", "IPv4"]),
        ({}, ["IPv4"]),
        ({"clusterIP": "fd00::1"}, ["IPv6"]),
        ({"clusterIP": "None"}, ["IPv4", "IPv6"]),
    ],
)
def test_a_service_has_slices_of_its_families(spec: dict[str, Any], wanted: list[str]) -> None:
    assert families(service(**spec)) == wanted


def test_a_pod_with_two_addresses_has_one_in_the_slices_of_each_family() -> None:
    found = [endpoint_of(pod(), service(), None, family) for family in ("IPv4", "IPv6")]
    assert [each["addresses"] for each in found if each] == [["10.1.0.1"], ["fd00::1"]]
    only = pod(podIPs=[{"ip": "10.1.0.1"}])
    assert endpoint_of(only, service(), None, "IPv6") is None


@pytest.mark.parametrize(
    ("distribution", "hints"),
    [
        (None, None),
        ("PreferClose", {"forZones": [{"name": "east"}]}),
        ("PreferSameZone", {"forZones": [{"name": "east"}]}),
        ("PreferSameNode", {"forZones": [{"name": "east"}], "forNodes": [{"name": "one"}]}),
    ],
)
def test_hints_are_for_those_who_are_near(distribution: str | None, hints: Any) -> None:
    near = service(trafficDistribution=distribution)
    endpoint = endpoint_of(pod(), near, NODE, "IPv4")
    assert endpoint is not None
    assert (endpoint["zone"], endpoint.get("hints")) == ("east", hints)
    unready = endpoint_of(pod(ready=False), near, NODE, "IPv4")
    assert unready is not None
    assert "hints" not in unready


def endpoints(*numbers: int) -> list[dict[str, Any]]:
    found = (endpoint_of(pod(number % 250), service(), None, "IPv4") for number in numbers)
    return [
        {**each, "targetRef": {"uid": str(n)}}
        for each, n in zip(found, numbers, strict=True)
        if each
    ]


def test_new_endpoints_go_where_the_fewest_slices_change() -> None:
    labels = labels_of(service())

    def stored(name: str, *numbers: int) -> Stored:
        tree = {"metadata": {"labels": labels}, "endpoints": endpoints(*numbers)}
        return Stored(("default", name), 1, tree)

    slices = [stored("a", *range(1, 91)), stored("b", *range(91, 141)), stored("c", 141)]
    same = endpoints(*range(1, 142))
    nothing = distribute(slices, same, labels)
    assert (nothing.create, nothing.update, nothing.delete) == ([], {}, [])
    more = distribute(slices, [*same, *endpoints(*range(200, 208))], labels)
    assert {name: len(part) for name, part in more.update.items()} == {"a": 98}
    many = distribute(slices, [*same, *endpoints(*range(200, 350))], labels)
    assert (list(map(len, many.create)), {n: len(p) for n, p in many.update.items()}) == (
        [100],
        {"b": 100},
    )
    gone = distribute(slices, endpoints(*range(1, 141)), labels)
    assert ([each.key[1] for each in gone.delete], gone.update) == (["c"], {})
