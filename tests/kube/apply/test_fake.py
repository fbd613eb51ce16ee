"""Fakes apply custom kinds without a schema: how their fields merge, the configurations say."""

from __future__ import annotations

import pytest

from kube.envtest.fake import FakeKinds, fake_server
from kube.runtime import errors, resource_of
from kube.runtime.unstructured import Unstructured
from tests.kube.apply.generated import Machines


def test_a_fake_merges_lists_by_their_keys_with_no_schema_given(machines: Machines) -> None:
    v1 = machines.v1
    clients = machines.fake.FakeClientset().machines_v1.machines("default")

    def wanted(*ports: object, tags: list[str]) -> object:
        config = v1.machine("a", "default")
        config.spec = v1.MachineSpecApplyConfiguration(ports=list(ports), tags=tags)
        return config

    web, dns = v1.PortApplyConfiguration(number=80), v1.PortApplyConfiguration(number=53)
    clients.apply(wanted(web, tags=["x"]), field_manager="me")
    both = clients.apply(wanted(dns, tags=["y"]), field_manager="you")
    assert [port.number for port in both.spec.ports] == [80, 53]
    assert both.spec.tags == ["x", "y"]
    web = v1.PortApplyConfiguration(number=80, note="mine")
    clients.apply(wanted(web, tags=[]), field_manager="me")
    yours = v1.PortApplyConfiguration(number=80, note="yours")
    with pytest.raises(errors.ConflictError) as conflict:
        clients.apply(wanted(yours, tags=[]), field_manager="you")
    (cause,) = conflict.value.causes
    assert cause.field == '.spec.ports[number=80,protocol="TCP"].note'
    left = clients.apply(wanted(web, tags=[]), field_manager="me", force=True)
    assert left.spec.tags == ["y"]


def test_what_was_written_before_is_applied_to_by_the_same_keys(machines: Machines) -> None:
    types, v1 = machines.types, machines.v1
    ports = [types.Port(number=80, note="there")]
    machine = types.Machine(spec=types.MachineSpec(ports=ports))
    machine.metadata.name, machine.metadata.namespace = "a", "default"
    clients = machines.fake.FakeClientset(machine).machines_v1.machines("default")
    config = v1.machine("a", "default")
    config.spec = v1.MachineSpecApplyConfiguration(ports=[v1.PortApplyConfiguration(number=53)])
    applied = clients.apply(config, field_manager="me")
    assert [(port.number, port.note) for port in applied.spec.ports] == [(80, "there"), (53, None)]


@pytest.mark.parametrize("package", ["", "machines.not_generated"])
def test_without_configurations_lists_merge_as_a_whole(machines: Machines, package: str) -> None:
    resource = resource_of(machines.types.Machine)
    server = fake_server(FakeKinds({resource: ()}), (), configurations=package)
    document = {
        "apiVersion": "machines.example.com/v1",
        "kind": "Machine",
        "metadata": {"name": "a", "namespace": "default"},
        "spec": {"tags": ["x"]},
    }
    server.load([Unstructured.from_tree(document).to_tree()])
    kind = server.state.registry.by_kind("machines.example.com", "v1", "Machine")
    assert kind is not None
    assert kind.structure is not None
    assert kind.structure() == {}
