"""Apply configurations as values: what is set is sent, what is not is absent."""

from __future__ import annotations

import json

import pytest

from kube.api.apps.v1 import Deployment
from kube.api.core.v1 import ConfigMap
from kube.api.meta.v1 import ObjectMeta
from kube.applyconfiguration import apply_configuration_for
from kube.applyconfiguration.apps.v1 import (
    DeploymentApplyConfiguration,
    DeploymentSpecApplyConfiguration,
    deployment,
)
from kube.applyconfiguration.autoscaling.v1 import ScaleApplyConfiguration
from kube.applyconfiguration.core.v1 import (
    ConfigMapApplyConfiguration,
    ContainerApplyConfiguration,
    EmptyDirVolumeSourceApplyConfiguration,
    PodSpecApplyConfiguration,
    PodTemplateSpecApplyConfiguration,
    VolumeApplyConfiguration,
)
from kube.applyconfiguration.meta.v1 import ObjectMetaApplyConfiguration
from kube.client import Applies, AppliesStatus, Client, RESTClient
from kube.client.configurations import applied_body
from kube.runtime import (
    GroupVersionKind,
    NotRegisteredError,
    PartialObjectMetadata,
    codec,
    from_yaml,
    gvk_of,
    resource_of,
    to_json,
    to_yaml,
)
from kube.runtime.applyconfiguration import ApplyConfiguration, Configuration, object_type
from kube.runtime.documents import UnknownFieldsError
from tests.kube.client.scripted import ScriptedTransport, answer

RESOURCE = resource_of(Deployment)


def body(config: Configuration) -> object:
    return json.loads(applied_body(config, "", RESOURCE, "", own_kind=False))


def test_what_is_not_set_is_absent_and_the_kind_is_always_said() -> None:
    kind = {"apiVersion": "apps/v1", "kind": "Deployment"}
    assert body(DeploymentApplyConfiguration()) == kind
    assert json.loads(to_json(DeploymentApplyConfiguration())) == kind
    named = {**kind, "metadata": {"name": "web", "namespace": "default"}}
    assert body(deployment("web", "default")) == named
    spec = DeploymentSpecApplyConfiguration(replicas=3)
    assert body(DeploymentApplyConfiguration(spec=spec)) == {**kind, "spec": {"replicas": 3}}
    assert repr(DeploymentSpecApplyConfiguration(replicas=3)) == (
        "DeploymentSpecApplyConfiguration(replicas=3)"
    )


def test_zero_and_empty_values_are_sent_when_they_are_set() -> None:
    container = ContainerApplyConfiguration(name="", args=[], env=[], tty=False)
    assert codec.to_builtins(container) == {"name": "", "args": [], "env": [], "tty": False}
    config = ConfigMapApplyConfiguration(data={})
    assert codec.to_builtins(config) == {"data": {}}
    volume = VolumeApplyConfiguration(empty_dir=EmptyDirVolumeSourceApplyConfiguration())
    assert codec.to_builtins(volume) == {"emptyDir": {}}
    assert codec.to_builtins(DeploymentSpecApplyConfiguration(replicas=0)) == {"replicas": 0}


@pytest.mark.parametrize(
    ("config", "path"),
    [
        (
            DeploymentApplyConfiguration(
                spec=DeploymentSpecApplyConfiguration(
                    template=PodTemplateSpecApplyConfiguration(
                        spec=PodSpecApplyConfiguration(
                            containers=[ContainerApplyConfiguration(args=["x", None])]  # type: ignore[list-item]
                        )
                    )
                )
            ),
            r"spec\.template\.spec\.containers\[0\]\.args\[1\]",
        ),
        (
            DeploymentApplyConfiguration(
                metadata=ObjectMetaApplyConfiguration(labels={"a": None})  # type: ignore[dict-item]
            ),
            r"metadata\.labels\.a",
        ),
    ],
)
def test_none_within_a_list_or_a_map_is_refused_with_its_path(
    config: Configuration, path: str
) -> None:
    with pytest.raises(ValueError, match=f"{path} is None"):
        body(config)


MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 0
  paused: false
  selector:
    matchLabels: {app: web}
  template:
    spec:
      containers:
      - name: web
        image: ""
        args: []
        ports:
        - containerPort: 80
        resources:
          limits: {cpu: 100m, memory: 1Gi}
      volumes:
      - name: scratch
        emptyDir: {}
"""


def test_a_manifest_becomes_a_configuration_and_the_same_document_again() -> None:
    from kube.runtime import yaml

    config = from_yaml(MANIFEST, DeploymentApplyConfiguration)
    assert body(config) == yaml.load(MANIFEST)
    assert yaml.load(to_yaml(config)) == yaml.load(MANIFEST)
    assert config.spec is not None
    assert config.spec.min_ready_seconds is None


def test_a_key_that_the_type_has_not_is_an_error_with_its_path() -> None:
    misspelt = MANIFEST.replace("replicas:", "replica:").replace("args:", "arg:")
    with pytest.raises(UnknownFieldsError) as unknown:
        from_yaml(misspelt, DeploymentApplyConfiguration)
    assert unknown.value.paths == ["spec.replica", "spec.template.spec.containers[0].arg"]
    assert "did you mean replicas?" in str(unknown.value)


def test_a_document_of_another_kind_or_with_a_key_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="the document is apps/v1, Kind=DaemonSet"):
        from_yaml(MANIFEST.replace("Deployment", "DaemonSet"), DeploymentApplyConfiguration)
    with pytest.raises(ValueError, match="'replicas' occurs twice"):
        from_yaml(
            MANIFEST.replace("  replicas: 0", "  replicas: 0\n  replicas: 1"),
            DeploymentApplyConfiguration,
        )


def test_a_configuration_has_the_resource_of_its_kind() -> None:
    assert object_type(DeploymentApplyConfiguration) is Deployment
    assert resource_of(DeploymentApplyConfiguration) is RESOURCE
    assert gvk_of(DeploymentApplyConfiguration()) == GroupVersionKind("apps", "v1", "Deployment")

    class Nameless(ApplyConfiguration):  # type: ignore[type-arg]
        pass

    with pytest.raises(NotRegisteredError, match="names no kind"):
        object_type(Nameless)


def test_a_kind_leads_to_its_configuration() -> None:
    kind = GroupVersionKind("apps", "v1", "Deployment")
    assert apply_configuration_for(kind) is DeploymentApplyConfiguration
    for missing in (kind._replace(kind="DeploymentSpec"), kind._replace(version="v9")):
        with pytest.raises(NotRegisteredError, match="has no apply configuration for"):
            apply_configuration_for(missing)


class Deployments(
    Applies[Deployment, DeploymentApplyConfiguration],
    AppliesStatus[Deployment, DeploymentApplyConfiguration],
):
    resource = RESOURCE


def test_a_whole_object_is_refused_and_the_error_names_its_configuration() -> None:
    transport = ScriptedTransport()
    whole = Deployment(metadata=ObjectMeta(name="web", namespace="default"))
    client = Client(RESTClient(transport), field_manager="me")
    typed = Deployments(RESTClient(transport), "default")
    for apply in (
        lambda: client.apply(whole),  # type: ignore[call-overload]
        lambda: client.status(whole).apply(),
        lambda: typed.apply(whole, field_manager="me"),  # type: ignore[arg-type]
        lambda: typed.apply_status(whole, field_manager="me"),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match=r"kube\.applyconfiguration\.apps\.v1\.Deployment"):
            apply()
    with pytest.raises(TypeError, match=r"every field of this PartialObject.*: pass a mapping$"):
        client.apply(PartialObjectMetadata())  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="is neither"):
        client.apply(whole.spec)  # type: ignore[call-overload]
    assert transport.requests == []


def test_what_is_of_another_kind_or_a_part_is_refused() -> None:
    typed = Deployments(RESTClient(ScriptedTransport()), "default")
    with pytest.raises(TypeError, match="this applies apps/v1, Kind=Deployment"):
        typed.apply(ConfigMapApplyConfiguration(), field_manager="me")  # type: ignore[arg-type]
    for part in (DeploymentSpecApplyConfiguration(), ObjectMetaApplyConfiguration()):
        with pytest.raises(TypeError, match="is a part of an object"):
            typed.apply(part, field_manager="me")  # type: ignore[arg-type]
        client = Client(RESTClient(ScriptedTransport()), field_manager="me")
        with pytest.raises(TypeError, match="is a part of an object"):
            client.apply(part)  # type: ignore[call-overload]


def test_what_the_subresource_status_would_drop_is_refused() -> None:
    transport = ScriptedTransport(answer(200, {"kind": "Deployment", "metadata": {"name": "web"}}))
    typed = Deployments(RESTClient(transport), "default")
    config = deployment("web", "default")
    config.spec = DeploymentSpecApplyConfiguration(replicas=3)
    tree = {"metadata": {"name": "web"}, "spec": {"replicas": 3}, "data": {}, "status": {}}
    for apply in (
        lambda: typed.apply_status(config, field_manager="me"),
        lambda: typed.apply_status(tree, field_manager="me"),
        lambda: Client(RESTClient(transport), field_manager="me").status(config).apply(),
    ):
        with pytest.raises(ValueError, match=r"spec of deployments cannot be applied to the sub"):
            apply()
    assert transport.requests == []
    typed.apply_status({"metadata": {"name": "web"}, "spec": None}, field_manager="me")


def test_a_name_other_than_that_of_the_object_is_refused() -> None:
    client = Client(RESTClient(ScriptedTransport()), field_manager="me")
    one = Deployment(metadata=ObjectMeta(name="one", namespace="default"))
    with pytest.raises(ValueError, match="'two', and this applies to 'one'"):
        client.status(one).apply(deployment("two", "default"))
    with pytest.raises(ValueError, match="needs a name"):
        client.apply(DeploymentApplyConfiguration(), field_manager="me")


def test_a_subresource_of_another_kind_takes_that_kinds_configuration() -> None:
    scale = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"}}
    transport = ScriptedTransport(answer(200, scale))
    from kube.api.autoscaling.v1 import Scale

    client = Client(RESTClient(transport), field_manager="me")
    one = Deployment(metadata=ObjectMeta(name="web", namespace="default"))
    client.subresource(one, "scale", Scale).apply(ScaleApplyConfiguration())
    (request,) = transport.requests
    assert json.loads(request.body or b"") == {"apiVersion": "autoscaling/v1", "kind": "Scale"}


def test_the_manager_is_asked_for_before_anything_is_sent() -> None:
    transport = ScriptedTransport()
    with pytest.raises(ValueError, match="apply needs a field manager"):
        Client(RESTClient(transport)).apply(deployment("web", "default"))
    assert transport.requests == []


def test_documents_without_a_kind_are_refused() -> None:
    client = Client(RESTClient(ScriptedTransport()), field_manager="me")
    with pytest.raises(ValueError, match="no apiVersion or no kind"):
        client.apply({"metadata": {"name": "a"}})


def test_there_are_no_managed_fields_to_send() -> None:
    assert "managed_fields" not in ObjectMetaApplyConfiguration.__struct_fields__
    assert "self_link" not in ObjectMetaApplyConfiguration.__struct_fields__
    assert ConfigMap().metadata.managed_fields is None
