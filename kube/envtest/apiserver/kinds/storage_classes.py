"""StorageClasses and CSIDrivers."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree


def _check(storage: Tree, path: str, causes: list[Cause]) -> None:
    provisioner = storage.get("provisioner", "")
    if not provisioner:
        causes.append(status.required("provisioner"))
    else:
        causes += metadata.key_faults("provisioner", provisioner.lower())
    supported = ("Delete", "Retain")
    values.one_of("reclaimPolicy", storage.get("reclaimPolicy"), supported, causes)
    supported = ("Immediate", "WaitForFirstConsumer")
    values.one_of("volumeBindingMode", storage.get("volumeBindingMode"), supported, causes)


DEFAULTS: Defaults = {
    "storage.v1.CSIDriverSpec": (
        missing(
            attachRequired=True,
            podInfoOnMount=False,
            storageCapacity=False,
            fsGroupPolicy="ReadWriteOnceWithFSType",
            volumeLifecycleModes=["Persistent"],
            requiresRepublish=False,
            seLinuxMount=False,
        ),
    ),
    "storage.v1.StorageClass": (missing(reclaimPolicy="Delete", volumeBindingMode="Immediate"),),
}
CHECKS: Checks = {"storage.v1.StorageClass": (_check,)}
KINDS = {
    "storageclasses": Kind(
        strategy=Rules(
            changes=values.immutable(
                "parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"
            )
        )
    )
}
