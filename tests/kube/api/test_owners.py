"""Owner references. Namespaces own nothing in practice; here they are any cluster-scoped kind."""

from __future__ import annotations

import pytest

from kube.api.coordination.v1 import Lease
from kube.api.core.v1 import ConfigMap, Namespace
from kube.api.meta.v1 import (
    AlreadyOwnedError,
    NotOwnedError,
    ObjectMeta,
    OwnerNamespaceError,
    OwnerReference,
    OwnerWithoutUIDError,
    controller_of,
    has_owner_reference,
    is_controlled_by,
    owner_reference,
    remove_controller_reference,
    remove_owner_reference,
    set_controller_reference,
    set_owner_reference,
)
from kube.runtime import NotRegisteredError, Object
from kube.runtime.unstructured import Unstructured


def config_map(name: str = "child", namespace: str = "ns") -> ConfigMap:
    return ConfigMap(metadata=ObjectMeta(name=name, namespace=namespace))


def lease(name: str = "owner", uid: str = "1", namespace: str = "ns") -> Lease:
    return Lease(metadata=ObjectMeta(name=name, namespace=namespace, uid=uid))


CONTROLLER = OwnerReference(
    api_version="coordination.k8s.io/v1",
    kind="Lease",
    name="owner",
    uid="1",
    controller=True,
    block_owner_deletion=True,
)


def test_a_controller_reference_names_the_owner_and_holds_it_back() -> None:
    child = config_map()
    set_controller_reference(lease(), child)
    assert child.metadata.owner_references == [CONTROLLER]
    assert controller_of(child) == CONTROLLER


def test_setting_a_controller_twice_leaves_one_reference() -> None:
    child = config_map()
    set_controller_reference(lease(), child)
    set_controller_reference(lease(), child)
    assert child.metadata.owner_references == [CONTROLLER]


def test_an_owner_that_was_created_again_gets_its_new_uid() -> None:
    child = config_map()
    set_controller_reference(lease(uid="1"), child)
    set_controller_reference(lease(uid="2"), child)
    assert [ref.uid for ref in child.metadata.owner_references or ()] == ["2"]


def test_the_version_of_a_reference_does_not_make_it_another_owner() -> None:
    child = config_map()
    beta = OwnerReference(
        api_version="coordination.k8s.io/v1beta1", kind="Lease", name="owner", uid="1"
    )
    child.metadata.owner_references = [beta]
    assert has_owner_reference(lease(), child)
    set_controller_reference(lease(), child)
    assert child.metadata.owner_references == [CONTROLLER]


def test_another_controller_s_object_is_left_untouched() -> None:
    child = config_map()
    set_controller_reference(lease("first"), child)
    before = child.deep_copy()
    with pytest.raises(
        AlreadyOwnedError, match="ns/child is already controlled by Lease first"
    ) as e:
        set_controller_reference(lease("second"), child)
    assert (e.value.object, e.value.owner.name) == (child, "first")
    assert child == before


def test_an_owner_that_is_not_the_controller_does_not_keep_another_from_it() -> None:
    child = config_map()
    set_owner_reference(lease("first"), child)
    set_controller_reference(lease("second"), child)
    assert [ref.controller for ref in child.metadata.owner_references or ()] == [None, True]


def test_an_owner_in_another_namespace_is_refused() -> None:
    with pytest.raises(OwnerNamespaceError, match="in different namespaces"):
        set_controller_reference(lease(namespace="other"), config_map())


def test_an_owner_in_a_namespace_cannot_own_a_cluster_scoped_object() -> None:
    with pytest.raises(OwnerNamespaceError, match="is cluster-scoped"):
        set_owner_reference(lease(), Namespace(metadata=ObjectMeta(name="ns")))


def test_an_object_without_its_namespace_is_told_to_set_it() -> None:
    with pytest.raises(OwnerNamespaceError, match=r"has no metadata.namespace: set it to .* 'ns'"):
        set_controller_reference(lease(), config_map(namespace=""))


def test_a_cluster_scoped_owner_may_own_objects_everywhere() -> None:
    owner = Namespace(metadata=ObjectMeta(name="team", uid="1"))
    for child in (config_map(), Namespace(metadata=ObjectMeta(name="child"))):
        set_controller_reference(owner, child)
        assert is_controlled_by(child, owner)


def test_an_owner_that_was_not_created_yet_is_refused() -> None:
    with pytest.raises(OwnerWithoutUIDError, match="use the object that the server returned"):
        set_controller_reference(lease(uid=""), config_map())
    assert not is_controlled_by(config_map(), lease(uid=""))


def test_an_owner_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(NotRegisteredError):
        set_controller_reference(Object(metadata=ObjectMeta(name="x", uid="1")), config_map())


def test_an_unstructured_owner_has_its_own_kind() -> None:
    owner = Unstructured(
        api_version="example.io/v1",
        kind="Widget",
        metadata=ObjectMeta(name="w", namespace="ns", uid="1"),
    )
    assert owner_reference(owner).api_version == "example.io/v1"


def test_an_owner_reference_over_one_s_own_controller_reference_keeps_it() -> None:
    child = config_map()
    set_controller_reference(lease(), child)
    set_owner_reference(lease(uid="2"), child)
    (reference,) = child.metadata.owner_references or ()
    assert (reference.controller, reference.block_owner_deletion, reference.uid) == (
        True,
        True,
        "2",
    )
    set_owner_reference(lease(), child, block_owner_deletion=False)
    assert controller_of(child) is not None
    assert (child.metadata.owner_references or [])[0].block_owner_deletion is False


def test_an_owner_reference_has_no_flags_of_its_own() -> None:
    child = config_map()
    set_owner_reference(lease(), child)
    (reference,) = child.metadata.owner_references or ()
    assert (reference.controller, reference.block_owner_deletion) == (None, None)
    assert controller_of(child) is None


def test_a_reference_is_removed_and_one_that_is_not_there_is_an_error() -> None:
    child = config_map()
    set_owner_reference(lease("a"), child)
    set_controller_reference(lease("b"), child)
    with pytest.raises(
        NotOwnedError, match="Lease ns/a is not the controller of ConfigMap ns/child"
    ):
        remove_controller_reference(lease("a"), child)
    remove_controller_reference(lease("b"), child)
    remove_owner_reference(lease("a", uid="recreated"), child)
    assert child.metadata.owner_references is None
    with pytest.raises(NotOwnedError, match="ConfigMap ns/child does not refer to Lease ns/a"):
        remove_owner_reference(lease("a"), child)


def test_the_references_of_a_shared_list_are_not_changed_in_place() -> None:
    child = config_map()
    set_owner_reference(lease("a"), child)
    shared = child.metadata.owner_references
    set_owner_reference(lease("b"), child)
    assert shared is not None
    assert len(shared) == 1
