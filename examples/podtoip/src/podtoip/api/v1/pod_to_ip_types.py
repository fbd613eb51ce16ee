"""The kind PodToIp: edit it, then run `make generate manifests`."""

from __future__ import annotations

from kube.runtime import Object, ObjectList


# +kubebuilder:object:root=true
# +kubebuilder:resource:shortName=ptp
# +kubebuilder:printcolumn:name="Pod",type=string,JSONPath=`.podName`
# +kubebuilder:printcolumn:name="Address",type=string,JSONPath=`.podAddress`
# +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
class PodToIp(Object):
    """The address of a pod. It has the pod's name and namespace, and exists as long as the pod."""

    pod_name: str
    """The name of the pod."""
    pod_address: str
    """Its address, as in the pod's status."""


# +kubebuilder:object:root=true
class PodToIpList(ObjectList[PodToIp]):
    """A list of PodToIp."""
