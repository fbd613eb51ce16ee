"""A class leads to its Resource."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterList, Kubeconfig
from kube.api.coordination.v1 import Lease
from kube.api.core.v1 import Event, EventList, Namespace
from kube.runtime import (
    GroupVersionResource,
    NotRegisteredError,
    Object,
    ObjectList,
    Resource,
    gvk_of,
    register_resources,
    resource_of,
)
from kube.runtime.unstructured import Unstructured


class Gadget(Object):
    pass


class GadgetList(ObjectList[Gadget]):
    pass


class Subclass(Cluster):
    pass


GADGETS = Resource(
    group="example.io",
    version="v1",
    kind="Gadget",
    plural="gadgets",
    namespaced=True,
    type=Gadget,
    list_type=GadgetList,
)


def test_a_kind_and_its_list_lead_to_the_generated_resource() -> None:
    clusters = resource_of(Cluster)
    assert resource_of(ClusterList) is clusters
    assert clusters.gvr == GroupVersionResource("clusterprovisioner.rke.io", "v1alpha1", "clusters")
    assert clusters.type is Cluster
    assert resource_of(Kubeconfig).plural == "kubeconfigs"


def test_kinds_of_the_runtime_itself_have_resources() -> None:
    assert resource_of(Lease).path("kube-system", "a").startswith("/apis/coordination.k8s.io/v1/")
    assert resource_of(Event) is resource_of(EventList)
    assert not resource_of(Namespace).namespaced


def test_a_class_without_generated_code_is_an_error_that_says_what_to_do() -> None:
    class Unheard(Object):
        pass

    with pytest.raises(NotRegisteredError, match="Unheard has no Resource: run"):
        resource_of(Unheard)


def test_a_subclass_does_not_get_the_resource_of_its_parent() -> None:
    resource_of(Cluster)
    with pytest.raises(NotRegisteredError, match=r"Subclass .*does not inherit that of .*Cluster"):
        resource_of(Subclass)


def test_an_object_of_any_kind_must_say_which() -> None:
    with pytest.raises(NotRegisteredError, match="Unstructured may be of any kind: set api_versi"):
        gvk_of(Unstructured())
    obj = Unstructured(api_version="apps/v1", kind="Deployment")
    assert str(gvk_of(obj)) == "apps/v1, Kind=Deployment"


def test_a_class_has_one_resource_and_registering_another_is_refused() -> None:
    register_resources(GADGETS)
    register_resources(GADGETS)
    assert resource_of(Gadget) is GADGETS
    other = Resource(
        group="example.io",
        version="v2",
        kind="Gadget",
        plural="gadgets",
        namespaced=True,
        type=Gadget,
        list_type=GadgetList,
    )
    with pytest.raises(ValueError, match=r"Gadget is already registered as example\.io/v1, Res"):
        register_resources(other)


def test_importing_an_api_imports_nothing_generated() -> None:
    code = (
        "import sys, apis.clusterprovisioner.v1alpha1, kube.api.core.v1, kube.runtime\n"
        "print([name for name in sys.modules if 'zz_generated' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
