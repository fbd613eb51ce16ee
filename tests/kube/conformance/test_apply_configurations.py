"""Typed server-side apply: generated clients and apply configurations, on both servers."""

from __future__ import annotations

import copy

import msgspec
import pytest
import yaml

from kube.api.core.v1 import ConfigMap
from kube.api.meta.v1 import ObjectMeta
from kube.applyconfiguration.apps import v1 as apps_v1
from kube.applyconfiguration.core import v1 as core_v1
from kube.applyconfiguration.core.v1 import ConfigMapApplyConfiguration
from kube.applyconfiguration.core.v1 import extract_config_map as extract_configmap
from kube.applyconfiguration.meta.v1 import (
    ConditionApplyConfiguration,
    LabelSelectorApplyConfiguration,
    ObjectMetaApplyConfiguration,
)
from kube.client import Client, PatchType
from kube.client.csaupgrade import upgrade_managed_fields_patch
from kube.runtime import errors, fieldsets
from kube.runtime.unstructured import Unstructured
from tests.kube.conformance.waiting import eventually

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


@pytest.fixture(scope="module")
def clients(environment, api, machines):
    """The generated clientset, on a server that has its CRDs."""
    for path in sorted(machines.crds.glob("*.yaml")):
        crd = yaml.safe_load(path.read_text())
        api.post(DEFINITIONS, crd)
        place = f"/apis/machines.example.com/v1/{crd['spec']['names']['plural']}"
        eventually(lambda place=place: api.get(place).status == 200)
    with machines.clientset.Clientset.for_config(environment.config) as clients:
        yield clients
    for path in sorted(machines.crds.glob("*.yaml")):
        api.delete(f"{DEFINITIONS}/{yaml.safe_load(path.read_text())['metadata']['name']}")


@pytest.fixture
def client(clients, namespace):
    return clients.machines_v1.machines(namespace.name)


@pytest.fixture
def v1(machines):
    return machines.v1


@pytest.fixture
def wanted(v1, namespace):
    """`wanted(replicas=1)`: what a field manager wants of the machine `a`."""

    def wanted(**spec):
        config = v1.machine("a", namespace.name)
        config.spec = v1.MachineSpecApplyConfiguration(**spec)
        return config

    return wanted


def owned(obj, manager, subresource=""):
    """The paths that a manager has applied."""
    for entry in obj.metadata.managed_fields or ():
        if (entry.manager, entry.operation, entry.subresource) == (manager, "Apply", subresource):
            fields = fieldsets.decode(msgspec.json.decode(bytes(entry.fields_v1)))
            return list(fieldsets.paths(fields))
    return []


def test_zero_values_that_are_set_are_stored_and_owned(client, wanted):
    config = wanted(replicas=0, paused=False, title="", tags=[], args=[], settings={})
    made = client.apply(config, field_manager="me")
    assert made.spec.replicas == 0
    # A list that merges item by item has no owner where it has no items.
    assert owned(made, "me") == [
        ".spec.args",
        ".spec.paused",
        ".spec.replicas",
        ".spec.settings",
        ".spec.title",
    ]


def test_applying_what_is_there_already_writes_nothing(client, wanted):
    config = wanted(replicas=3, tags=["x"])
    made = client.apply(config, field_manager="me")
    again = client.apply(config, field_manager="me")
    assert again.metadata.resource_version == made.metadata.resource_version
    assert again == made


def test_omitting_a_field_removes_it_and_leaves_those_of_others(client, wanted):
    client.apply(wanted(replicas=3, title="one", settings={"a": "1"}), field_manager="me")
    client.apply(wanted(settings={"b": "2"}), field_manager="you")
    left = client.apply(wanted(replicas=3), field_manager="me")
    assert (left.spec.replicas, left.spec.title, left.spec.settings) == (3, "", {"b": "2"})


def test_a_conflict_names_each_field_and_force_takes_them_over(client, wanted):
    client.apply(wanted(replicas=3, title="mine"), field_manager="me")
    with pytest.raises(errors.ConflictError) as conflict:
        client.apply(wanted(replicas=4, title="yours"), field_manager="you")
    assert [(c.reason, c.field) for c in conflict.value.causes] == [
        ("FieldManagerConflict", ".spec.replicas"),
        ("FieldManagerConflict", ".spec.title"),
    ]
    taken = client.apply(wanted(replicas=4), field_manager="you", force=True)
    assert taken.spec.replicas == 4
    assert owned(taken, "me") == [".spec.title"]


def everything_of(v1, **more):
    return {
        "replicas": 3,
        "paused": False,
        "ports": [
            v1.PortApplyConfiguration(number=80, note="web"),
            v1.PortApplyConfiguration(number=80, protocol="UDP"),
        ],
        "tags": ["x", "y"],
        "args": ["--fast", "--quiet"],
        "settings": {"a": "1"},
        "scratch": v1.ScratchApplyConfiguration(),
        "place": v1.PlaceApplyConfiguration(building="north"),
        **more,
    }


def test_what_was_applied_can_be_extracted_changed_and_applied_again(client, v1, wanted):
    mine = wanted(**everything_of(v1))
    client.apply(mine, field_manager="me")
    others = wanted(
        title="theirs",
        tags=["z"],
        ports=[v1.PortApplyConfiguration(number=443, protocol="TCP")],
        settings={"b": "2"},
    )
    before = client.apply(others, field_manager="you")
    config = v1.extract_machine(before, "me")
    # The server has filled in the key's default.
    mine.spec.ports[0].protocol = config.spec.ports[0].protocol
    assert config.metadata == mine.metadata
    assert config == mine
    config.spec.replicas = 4
    after = client.apply(config, field_manager="me")
    assert after.spec.replicas == 4
    after.spec.replicas, after.metadata = 3, before.metadata
    assert after.spec == before.spec
    assert v1.extract_machine(before, "you") == others
    assert v1.extract_machine(before, "nobody") == v1.machine("a", before.metadata.namespace)


def test_a_key_with_a_default_that_is_left_out_is_found_by_its_live_value(client, v1, wanted):
    ports = [v1.PortApplyConfiguration(number=80, note="web")]
    made = client.apply(wanted(ports=ports), field_manager="me")
    (port,) = v1.extract_machine(made, "me").spec.ports
    assert (port.number, port.note) == (80, "web")
    assert owned(made, "me")[0].startswith('.spec.ports[number=80,protocol="TCP"]')


def test_a_map_that_was_applied_empty_is_extracted_without_what_others_put_in(
    client, v1, wanted, api, namespace
):
    client.apply(wanted(settings={}, tags=[]), field_manager="me")
    path = namespace.path("machines.example.com/v1/machines", "a")
    patch = {"spec": {"settings": {"b": "2"}, "tags": ["z"]}}
    api.patch("merge", path, patch, fieldManager="you").ok()
    config = v1.extract_machine(client.get("a"), "me")
    spec = config.spec or v1.MachineSpecApplyConfiguration()
    assert (spec.settings or {}, spec.tags or []) == ({}, [])


def test_a_status_is_applied_and_extracted_apart(client, v1, wanted):
    client.apply(wanted(replicas=3), field_manager="me")
    status = v1.machine("a", client.namespace)
    status.status = v1.MachineStatusApplyConfiguration(
        phase="Running",
        conditions=[
            ConditionApplyConfiguration(
                type="Ready",
                status="True",
                reason="Up",
                message="",
                last_transition_time="2024-01-01T00:00:00Z",
            )
        ],
    )
    made = client.apply_status(status, field_manager="me")
    assert made.status.phase == "Running"
    config = v1.extract_machine(made, "me", subresource="status")
    assert config.spec is None
    assert (config.status.phase, config.status.conditions[0].type) == ("Running", "Ready")
    assert config.status.conditions[0].message == ""
    assert v1.extract_machine(made, "me").status is None
    again = client.apply_status(config, field_manager="me")
    assert again.metadata.resource_version == made.metadata.resource_version


def test_a_status_sent_to_the_main_resource_is_refused_before_it_is_sent(client, v1, clients):
    config = v1.machine("a", client.namespace)
    config.status = v1.MachineStatusApplyConfiguration(phase="Running")
    for each in (config, {"metadata": {"name": "a"}, "status": {}}):
        with pytest.raises(ValueError, match="the status of machines is a subresource"):
            client.apply(each, field_manager="me")
    document = {
        "apiVersion": "machines.example.com/v1",
        "kind": "Machine",
        "metadata": {"name": "a", "namespace": client.namespace},
        "status": {"phase": "Running"},
    }
    by_class = Client(clients.rest, field_manager="me")
    for each in (config, document, Unstructured.from_tree(document)):
        with pytest.raises(ValueError, match="the status of machines is a subresource"):
            by_class.apply(each)
    plain = v1.plain("a", client.namespace)
    plain.status = v1.MachineStatusApplyConfiguration(phase="Running")
    plains = clients.machines_v1.plains(client.namespace)
    assert plains.apply(plain, field_manager="me").status.phase == "Running"


def test_the_callers_configuration_is_unchanged_after_apply(client, wanted):
    config = wanted(replicas=3)
    config.api_version = config.kind = None
    before = copy.deepcopy(config)
    client.apply(config, field_manager="me")
    assert config == before


def test_the_client_by_class_applies_configurations_of_every_kind(environment, namespace):
    config = ConfigMapApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(name="a"), data={"x": "1"}
    )
    with Client.for_config(environment.config, field_manager="me") as whole:
        client = whole.in_namespace(namespace.name)
        made = client.apply(config)
        assert type(made) is ConfigMap
        assert extract_configmap(made, "me").data == {"x": "1"}
        document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
        assert client.apply({**document, "data": {"y": "2"}})["data"] == {"y": "2"}


def web(replicas):
    """What a field manager wants of a Deployment; the port's protocol is left to its default."""
    labels = {"app": "web"}
    container = core_v1.ContainerApplyConfiguration(
        name="web",
        image="nginx",
        env=[],
        ports=[core_v1.ContainerPortApplyConfiguration(container_port=80)],
        resources=core_v1.ResourceRequirementsApplyConfiguration(limits={"cpu": "100m"}),
    )
    scratch = core_v1.VolumeApplyConfiguration(
        name="scratch", empty_dir=core_v1.EmptyDirVolumeSourceApplyConfiguration()
    )
    template = core_v1.PodTemplateSpecApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(labels=labels),
        spec=core_v1.PodSpecApplyConfiguration(containers=[container], volumes=[scratch]),
    )
    return apps_v1.DeploymentApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(name="web"),
        spec=apps_v1.DeploymentSpecApplyConfiguration(
            replicas=replicas,
            selector=LabelSelectorApplyConfiguration(match_labels=labels),
            template=template,
        ),
    )


def test_a_deployment_is_applied_extracted_and_applied_again(environment, namespace):
    with Client.for_config(environment.config, field_manager="me") as whole:
        client = whole.in_namespace(namespace.name)
        made = client.apply(web(0))
        assert made.spec.replicas == 0
        assert made.spec.template.spec.containers[0].ports[0].protocol == "TCP"
        (entry,) = made.metadata.managed_fields
        owned = msgspec.json.decode(bytes(entry.fields_v1))
        containers = owned["f:spec"]["f:template"]["f:spec"]["f:containers"]
        assert containers['k:{"name":"web"}']["f:ports"] == {
            'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}}
        }
        mine = apps_v1.extract_deployment(made, "me")
        wanted = web(0).spec
        wanted.template.spec.containers[0].env = None  # an empty list of keyed items has no owner
        assert mine.spec == wanted
        again = client.apply(mine)
        assert again.metadata.resource_version == made.metadata.resource_version
        mine.spec.replicas = None
        assert client.apply(mine).spec.replicas == 1  # the server's default


def test_managers_that_updated_are_upgraded_without_losing_what_they_own(environment, namespace):
    with Client.for_config(environment.config, field_manager="me") as whole:
        client = whole.in_namespace(namespace.name)
        client.create(ConfigMap(metadata=ObjectMeta(name="a"), data={"x": "1", "y": "2"}))
        config = ConfigMapApplyConfiguration(
            metadata=ObjectMetaApplyConfiguration(name="a"), data={"x": "1"}
        )
        # Without an upgrade, what was created stays when it is no longer applied.
        before = client.apply(config)
        assert before.data == {"x": "1", "y": "2"}
        operations = upgrade_managed_fields_patch(before, ["me"], "me")
        assert operations is not None
        upgraded = client.patch(before, operations, PatchType.JSON)
        assert extract_configmap(upgraded, "me").data == {"x": "1", "y": "2"}
        assert upgrade_managed_fields_patch(upgraded, ["me"], "me") is None
        with pytest.raises(errors.ConflictError):
            client.patch(before, operations, PatchType.JSON)
        assert client.apply(config).data == {"x": "1"}
