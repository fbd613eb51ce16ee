"""How CustomResourceDefinitions are created, updated and deleted."""

from __future__ import annotations

from kube.envtest.apiserver.kinds.builtin import Defaults, Kind
from kube.envtest.apiserver.kinds.definitions import spec
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.names import CLEANUP
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.schemas.reading import Empties
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.envtest.apiserver.storage.strategies import Strategy
from kube.runtime.trees import Tree


class CustomResourceDefinitionStrategy(Strategy):
    status_metadata = True

    def prepare_create(self, resource: ServerResource, new: Tree) -> None:
        assert resource.schema is not None
        new["status"] = {**resource.schema.zero("status"), "storedVersions": None}
        _note_stored(new)

    def prepare_update(self, resource: ServerResource, new: Tree, old: Tree) -> None:
        new["status"] = dict(old["status"])
        _note_stored(new)

    def validate(
        self,
        resource: ServerResource,
        new: Tree,
        old: Tree | None,
        empties: Empties | None = None,
    ) -> list[Cause]:
        return spec.faults(new, old)

    def metadata_faults(self, resource: ServerResource, new: Tree) -> list[Cause]:
        return metadata.repeated(resource, new["metadata"], as_new=0, as_changed=1)

    def validate_status(self, resource: ServerResource, new: Tree, old: Tree) -> list[Cause]:
        return spec.status_faults(new)

    def prevents_deletion(self, tree: Tree) -> bool:
        """A CRD is deleted after the objects of its kind."""
        return "deletionTimestamp" not in tree["metadata"]

    def mark_deleted(self, new: Tree) -> None:
        finalizers = new["metadata"].get("finalizers") or []
        if CLEANUP not in finalizers:
            new["metadata"]["finalizers"] = [*finalizers, CLEANUP]
        conditions = new["status"].get("conditions") or []
        if any(condition["type"] == "Terminating" for condition in conditions):
            return
        marked = {
            "type": "Terminating",
            "status": "True",
            "lastTransitionTime": new["metadata"]["deletionTimestamp"],
            "reason": "InstanceDeletionPending",
            "message": "CustomResourceDefinition marked for deletion; CustomResource deletion "
            "will begin soon",
        }
        new["status"] = {**new["status"], "conditions": [*conditions, marked]}


def _storage_version(tree: Tree) -> str | None:
    versions = tree["spec"].get("versions") or ()
    return next((version["name"] for version in versions if version["storage"]), None)


def _note_stored(tree: Tree) -> None:
    """Add the storage version to the versions in which objects may be stored."""
    name, stored = _storage_version(tree), tree["status"].get("storedVersions") or []
    if name is not None and name not in stored:
        tree["status"]["storedVersions"] = [*stored, name]


def _default_spec(value: Tree) -> None:
    names = value["names"]
    kind = names["kind"]
    if kind and not names.get("singular"):
        names["singular"] = kind.lower()
    if kind and not names.get("listKind"):
        names["listKind"] = f"{kind}List"
    if value.get("conversion") is None:
        value["conversion"] = {"strategy": "None"}


def _default_status(tree: Tree) -> None:
    if not tree["status"].get("storedVersions"):
        name = _storage_version(tree)
        tree["status"]["storedVersions"] = None if name is None else [name]


_PACKAGE = "apiextensions.v1"
DEFAULTS: Defaults = {
    f"{_PACKAGE}.CustomResourceDefinition": (_default_status,),
    f"{_PACKAGE}.CustomResourceDefinitionSpec": (_default_spec,),
    f"{_PACKAGE}.ServiceReference": (missing(port=443),),
}
KINDS = {
    "customresourcedefinitions": Kind(strategy=CustomResourceDefinitionStrategy(), generation=True)
}
