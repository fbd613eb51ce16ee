"""The Scheme and the names of kinds."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import pytest

from apis.clusterprovisioner.v1alpha1 import Cluster
from generated.clientset.versioned.scheme import add_to_scheme
from kube.runtime import GroupVersion, GroupVersionKind, Object, Scheme, SchemeBuilder
from kube.runtime.scheme import NotRegisteredError

V1 = GroupVersion("example.io", "v1")


class Gadget(Object):
    pass


class Other(Object):
    pass


def test_a_registered_class_is_found_by_its_kind_and_the_other_way_round() -> None:
    scheme = Scheme()
    scheme.add_known_types(V1, Gadget)
    gvk = V1.with_kind("Gadget")
    assert scheme.type_for(gvk) is Gadget
    assert scheme.object_kind(Gadget()) == gvk
    assert scheme.recognizes(gvk)


def test_a_new_object_knows_its_kind() -> None:
    scheme = Scheme()
    scheme.add_known_types(V1, Gadget)
    assert scheme.new(V1.with_kind("Gadget")) == Gadget(api_version="example.io/v1", kind="Gadget")


def test_what_is_not_registered_is_named_in_the_error() -> None:
    with pytest.raises(NotRegisteredError, match=r"example\.io/v1, Kind=Gadget"):
        Scheme().type_for(V1.with_kind("Gadget"))
    with pytest.raises(NotRegisteredError, match="Gadget is not registered"):
        Scheme().object_kind(Gadget)


def test_registering_a_class_twice_changes_nothing_and_two_classes_for_a_kind_are_refused() -> None:
    scheme = Scheme()
    scheme.add_known_types(V1, Gadget)
    scheme.add_known_types(V1, Gadget)
    assert scheme.object_kinds(Gadget) == [V1.with_kind("Gadget")]
    with pytest.raises(ValueError, match=r"Gadget; register .*Other under another kind"):
        scheme.add_known_type_with_name(V1.with_kind("Gadget"), Other)


def test_a_class_of_two_versions_has_no_single_kind() -> None:
    scheme = Scheme()
    scheme.add_known_types(V1, Gadget)
    scheme.add_known_types(GroupVersion("example.io", "v2"), Gadget)
    with pytest.raises(ValueError, match="ambiguous"):
        scheme.object_kind(Gadget)


def test_a_builder_registers_when_it_is_applied() -> None:
    builder = SchemeBuilder(lambda scheme: scheme.add_known_types(V1, Gadget))
    builder.register(lambda scheme: scheme.add_known_types(V1, Other))
    scheme = Scheme()
    builder.add_to_scheme(scheme)
    assert set(scheme.all_known_types().values()) == {Gadget, Other}


@pytest.mark.parametrize("text", ["v1", "apps/v1", "a.b.c/v2beta1"])
def test_an_api_version_reads_back_as_written(text: str) -> None:
    assert str(GroupVersion.parse(text)) == text


@pytest.mark.parametrize("text", ["a/b/c", "a/"])
def test_an_invalid_api_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid apiVersion"):
        GroupVersion.parse(text)


def test_kinds_read_as_upstream_prints_them() -> None:
    gvk = GroupVersionKind("apps", "v1", "Deployment")
    assert str(gvk) == "apps/v1, Kind=Deployment"
    assert str(gvk.group_kind) == "Deployment.apps"
    assert str(gvk.group_version.with_resource("deployments").group_resource) == "deployments.apps"


def test_kinds_added_lazily_are_imported_when_one_is_looked_up() -> None:
    code = """
import sys
from generated.clientset.versioned.scheme import scheme
from kube.runtime import GroupVersionKind
known = lambda: "apis.clusterprovisioner.v1alpha1.types" in sys.modules
assert not known()
assert not scheme.recognizes(GroupVersionKind("apps", "v1", "Deployment"))
assert not known()
gvk = GroupVersionKind("clusterprovisioner.rke.io", "v1alpha1", "Cluster")
assert scheme.recognizes(gvk) and known()
cls = scheme.type_for(gvk)
assert scheme.object_kind(cls) == gvk
assert scheme.resource_for(gvk).plural == "clusters"
"""
    run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=True)


def test_a_class_leads_to_its_kind_before_its_kind_was_looked_up() -> None:
    scheme = Scheme()
    add_to_scheme(scheme)
    assert scheme.object_kind(Cluster).kind == "Cluster"
    with pytest.raises(NotRegisteredError):
        scheme.object_kind(Gadget)
    assert len(scheme.all_known_types()) == 4
