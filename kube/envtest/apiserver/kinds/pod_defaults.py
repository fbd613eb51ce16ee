"""Defaults of Pods and of their templates (kubernetes/pkg/apis/core/v1/defaults.go)."""

from __future__ import annotations

import re
from decimal import Decimal

from kube.envtest.apiserver.kinds import pod_amounts
from kube.envtest.apiserver.kinds.builtin import Defaults
from kube.envtest.apiserver.kinds.filling import missing, unset
from kube.envtest.apiserver.schemas import quantities
from kube.runtime.trees import Tree

_IMAGE = re.compile(
    r"([A-Za-z0-9.-]+(:\d+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:\w[\w.-]{0,127})?(@[A-Za-z0-9:+._-]+)?"
)


def image_policy(image: str) -> str:
    """Always for the latest image, IfNotPresent for one with another tag or a digest."""
    if not _IMAGE.fullmatch(image):
        return "IfNotPresent"
    name, at, _ = image.partition("@")
    last, colon, tag = name.rpartition("/")[2].partition(":")
    if len(name) > _LONGEST - 30 and len(_repository(name, last)) > _LONGEST:
        return "IfNotPresent"
    return "Always" if tag == "latest" or not (at or colon) else "IfNotPresent"


_LONGEST = 255
"""Characters that the whole name of a repository may have."""


def _repository(name: str, last: str) -> str:
    """The name of an image with its registry, and without its tag."""
    folder, slash, _ = name.rpartition("/")
    registry = folder.partition("/")[0]
    if "." in registry or ":" in registry or registry == "localhost":
        return f"{folder}/{last}"
    return f"docker.io/{folder}/{last}" if slash else f"docker.io/library/{last}"


def _container(container: Tree) -> None:
    if "imagePullPolicy" not in container:
        container["imagePullPolicy"] = image_policy(container.get("image", ""))
    if "terminationMessagePath" not in container:
        container["terminationMessagePath"] = "/dev/termination-log"
    if "terminationMessagePolicy" not in container:
        container["terminationMessagePolicy"] = "File"


def _volume(volume: Tree) -> None:
    if len(volume) == 1 and "name" in volume:
        volume["emptyDir"] = {}
    image = volume.get("image")
    if image is not None and "pullPolicy" not in image:
        image["pullPolicy"] = image_policy(image.get("reference", ""))


def _milli(values: Tree | None) -> None:
    """Resources are counted in thousandths; what is finer is rounded up."""
    for name, text in (values or {}).items():
        if text[-1] in "nu":
            thousandths = (quantities.parse(text) * 1000).to_integral_value("ROUND_UP")
            values[name] = quantities.canonical(f"{Decimal(thousandths)}m")  # type: ignore[index]


def _resources(resources: Tree) -> None:
    _milli(resources.get("limits"))
    _milli(resources.get("requests"))


_HUGE_PAGES = "hugepages-"


def _of_pod(spec: Tree, resources: Tree) -> None:
    """What a Pod asks for as a whole follows its limits and its containers."""
    if not resources.get("limits") and not resources.get("requests"):
        return
    limits, asked = dict(resources.get("limits") or {}), resources.get("requests") or {}
    for name, amount in pod_amounts.of_containers(spec, "limits").items():
        if name.startswith(_HUGE_PAGES) and name not in asked:
            limits.setdefault(name, str(amount))
    if not limits:
        return
    requests = dict(asked)
    for name, amount in pod_amounts.of_containers(spec, "requests").items():
        if name in _OF_POD:
            requests.setdefault(name, str(amount))
    for name, text in limits.items():
        if name in _OF_POD or name.startswith(_HUGE_PAGES):
            requests.setdefault(name, text)
    resources["limits"] = limits
    if requests:
        resources["requests"] = requests


_OF_POD = ("cpu", "memory")


def _pod(pod: Tree) -> None:
    spec = pod["spec"]
    groups = [spec.get("containers") or (), spec.get("initContainers") or ()]
    for container in (*groups[0], *groups[1]):
        limits = container["resources"].get("limits")
        if limits:
            requests = container["resources"].setdefault("requests", {})
            for name, limit in limits.items():
                requests.setdefault(name, limit)
    if spec.get("resources"):
        _of_pod(spec, spec["resources"])
    if "enableServiceLinks" not in spec:
        spec["enableServiceLinks"] = True
    if spec.get("hostNetwork"):
        for container in (*groups[0], *groups[1]):
            for port in container.get("ports") or ():
                if not port.get("hostPort"):
                    port["hostPort"] = port.get("containerPort", 0)


def _addresses(status: Tree) -> None:
    """The one address of a Pod is the first of all; another one stands alone."""
    one, every = status.get("podIP"), status.get("podIPs")
    if one and (not every or every[0].get("ip", "") != one):
        status["podIPs"] = [{"ip": one}]
    elif every and every[0].get("ip"):
        status["podIP"] = every[0]["ip"]


def _pod_spec(spec: Tree) -> None:
    # The deprecated name of the account follows the other one.
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account


_OF_RBD = missing(pool="rbd", user="admin", keyring="/etc/ceph/keyring")
_OF_SCALE_IO = missing(storageMode="ThinProvisioned", fsType="xfs")

DEFAULTS: Defaults = {
    "core.v1.ConfigMapVolumeSource": (missing(defaultMode=0o644),),
    "core.v1.Container": (_container,),
    "core.v1.ContainerPort": (missing(protocol="TCP"),),
    "core.v1.DownwardAPIVolumeSource": (missing(defaultMode=0o644),),
    "core.v1.EphemeralContainer": (_container,),
    "core.v1.EphemeralVolumeSource": (),
    "core.v1.GRPCAction": (missing(service=""),),
    "core.v1.HTTPGetAction": (missing(path="/", scheme="HTTP"),),
    "core.v1.HostPathVolumeSource": (missing(type=""),),
    "core.v1.ISCSIPersistentVolumeSource": (missing(iscsiInterface="default"),),
    "core.v1.ISCSIVolumeSource": (missing(iscsiInterface="default"),),
    "core.v1.ObjectFieldSelector": (missing(apiVersion="v1"),),
    "core.v1.PersistentVolumeClaimSpec": (missing(volumeMode="Filesystem"),),
    "core.v1.Pod": (_pod,),
    "core.v1.PodSpec": (
        _pod_spec,
        missing(
            dnsPolicy="ClusterFirst",
            restartPolicy="Always",
            securityContext={},
            terminationGracePeriodSeconds=30,
            schedulerName="default-scheduler",
        ),
    ),
    "core.v1.PodStatus": (_addresses,),
    "core.v1.Probe": (
        unset(timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3),
    ),
    "core.v1.ProjectedVolumeSource": (missing(defaultMode=0o644),),
    "core.v1.ResourceRequirements": (_resources,),
    "core.v1.RBDPersistentVolumeSource": (_OF_RBD,),
    "core.v1.RBDVolumeSource": (_OF_RBD,),
    "core.v1.ScaleIOPersistentVolumeSource": (_OF_SCALE_IO,),
    "core.v1.ScaleIOVolumeSource": (_OF_SCALE_IO,),
    "core.v1.SecretVolumeSource": (missing(defaultMode=0o644),),
    "core.v1.ServiceAccountTokenProjection": (missing(expirationSeconds=3600),),
    "core.v1.Volume": (_volume,),
    "core.v1.AzureDiskVolumeSource": (
        missing(cachingMode="ReadWrite", kind="Shared", fsType="ext4", readOnly=False),
    ),
}
