# +k8s:deepcopy-gen=package,register
# +groupName=rbac.authorization.k8s.io
# +kubebuilder:skip
"""The types of rbac.authorization.k8s.io/v1."""

from kube.api.rbac.v1.types import (
    AggregationRule,
    ClusterRole,
    ClusterRoleBinding,
    ClusterRoleBindingList,
    ClusterRoleList,
    PolicyRule,
    Role,
    RoleBinding,
    RoleBindingList,
    RoleList,
    RoleRef,
    Subject,
)

__all__ = [
    "AggregationRule",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "ClusterRoleList",
    "PolicyRule",
    "Role",
    "RoleBinding",
    "RoleBindingList",
    "RoleList",
    "RoleRef",
    "Subject",
]
