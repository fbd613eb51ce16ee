from __future__ import annotations

from kube.api.meta.v1 import LabelSelector
from kube.runtime import Object, ObjectList, Struct, field


class AggregationRule(Struct):
    # +listType=atomic
    cluster_role_selectors: list[LabelSelector] | None = None


class PolicyRule(Struct):
    # +listType=atomic
    api_groups: list[str] | None = None
    """The empty string is the core group, `*` all."""

    # +listType=atomic
    non_resource_urls: list[str] | None = field(default=None, name="nonResourceURLs")

    # +listType=atomic
    resource_names: list[str] | None = None
    """Names of objects; without them all. Requests without a name, such as create, never match."""

    # +listType=atomic
    resources: list[str] | None = None
    """Plurals; a subresource as `pods/log`; `*` for all."""

    # +listType=atomic
    verbs: list[str]


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterRole(Object):
    """What may be done with which resources of all namespaces, and with those that have none."""

    aggregation_rule: AggregationRule | None = None
    """Cluster roles whose rules this one gets; `rules` is then written by the control plane."""

    # +listType=atomic
    rules: list[PolicyRule] | None = None


# +structType=atomic
class RoleRef(Struct):
    api_group: str | None = None
    kind: str
    name: str


# +structType=atomic
class Subject(Struct):
    api_group: str | None = None
    kind: str
    name: str
    namespace: str | None = None


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterRoleBinding(Object):
    """Grants a ClusterRole to users, groups or service accounts."""

    role_ref: RoleRef

    # +listType=atomic
    subjects: list[Subject] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterRoleBindingList(ObjectList[ClusterRoleBinding]):
    """A list of ClusterRoleBinding."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterRoleList(ObjectList[ClusterRole]):
    """A list of ClusterRole."""


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Role(Object):
    """What may be done with which resources of one namespace."""

    # +listType=atomic
    rules: list[PolicyRule] | None = None


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class RoleBinding(Object):
    """Grants a Role, or a ClusterRole within one namespace, to users, groups or service accounts."""

    role_ref: RoleRef
    """It cannot change: delete the binding, and create another."""

    # +listType=atomic
    subjects: list[Subject] | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class RoleBindingList(ObjectList[RoleBinding]):
    """A list of RoleBinding."""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class RoleList(ObjectList[Role]):
    """A list of Role."""
