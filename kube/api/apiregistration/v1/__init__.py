# +k8s:deepcopy-gen=package,register
# +groupName=apiregistration.k8s.io
# +kubebuilder:skip
"""The types of apiregistration.k8s.io/v1."""

from kube.api.apiregistration.v1.types import (
    APIService,
    APIServiceCondition,
    APIServiceList,
    APIServiceSpec,
    APIServiceStatus,
    ServiceReference,
)

__all__ = [
    "APIService",
    "APIServiceCondition",
    "APIServiceList",
    "APIServiceSpec",
    "APIServiceStatus",
    "ServiceReference",
]
