from __future__ import annotations

from kube.api.meta.v1 import FieldSelectorRequirement, LabelSelectorRequirement
from kube.runtime import Object, Struct, field


class NonResourceAttributes(Struct):
    path: str | None = None
    verb: str | None = None


class FieldSelectorAttributes(Struct):
    raw_selector: str | None = None

    # +listType=atomic
    requirements: list[FieldSelectorRequirement] | None = None


class LabelSelectorAttributes(Struct):
    raw_selector: str | None = None

    # +listType=atomic
    requirements: list[LabelSelectorRequirement] | None = None


class ResourceAttributes(Struct):
    field_selector: FieldSelectorAttributes | None = None
    group: str | None = None
    label_selector: LabelSelectorAttributes | None = None
    name: str | None = None
    namespace: str | None = None
    resource: str | None = None
    subresource: str | None = None
    verb: str | None = None
    version: str | None = None


class SubjectAccessReviewSpec(Struct):
    extra: dict[str, list[str]] | None = None

    # +listType=atomic
    groups: list[str] | None = None

    non_resource_attributes: NonResourceAttributes | None = None

    resource_attributes: ResourceAttributes | None = None

    uid: str | None = None

    user: str | None = None


class SubjectAccessReviewStatus(Struct):
    allowed: bool
    denied: bool | None = None
    evaluation_error: str | None = None
    reason: str | None = None


# +genclient
# +genclient:noStatus
# +genclient:onlyVerbs=create
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class LocalSubjectAccessReview(Object):
    """Asks whether a user or a group may do something in one namespace."""

    spec: SubjectAccessReviewSpec
    status: SubjectAccessReviewStatus = field(
        default_factory=lambda: SubjectAccessReviewStatus(allowed=False)
    )


class SelfSubjectAccessReviewSpec(Struct):
    non_resource_attributes: NonResourceAttributes | None = None
    resource_attributes: ResourceAttributes | None = None


# +genclient
# +genclient:nonNamespaced
# +genclient:noStatus
# +genclient:onlyVerbs=create
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class SelfSubjectAccessReview(Object):
    """Asks whether the client itself may do something."""

    spec: SelfSubjectAccessReviewSpec
    status: SubjectAccessReviewStatus = field(
        default_factory=lambda: SubjectAccessReviewStatus(allowed=False)
    )


class SelfSubjectRulesReviewSpec(Struct):
    namespace: str | None = None


class NonResourceRule(Struct):
    # +listType=atomic
    non_resource_urls: list[str] | None = field(default=None, name="nonResourceURLs")

    # +listType=atomic
    verbs: list[str]


class ResourceRule(Struct):
    # +listType=atomic
    api_groups: list[str] | None = None

    # +listType=atomic
    resource_names: list[str] | None = None

    # +listType=atomic
    resources: list[str] | None = None

    # +listType=atomic
    verbs: list[str]


class SubjectRulesReviewStatus(Struct):
    evaluation_error: str | None = None

    incomplete: bool

    # +listType=atomic
    non_resource_rules: list[NonResourceRule]

    # +listType=atomic
    resource_rules: list[ResourceRule]


# +genclient
# +genclient:nonNamespaced
# +genclient:noStatus
# +genclient:onlyVerbs=create
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class SelfSubjectRulesReview(Object):
    """Asks what the client may do in a namespace."""

    spec: SelfSubjectRulesReviewSpec
    status: SubjectRulesReviewStatus = field(
        default_factory=lambda: SubjectRulesReviewStatus(
            incomplete=False, non_resource_rules=[], resource_rules=[]
        ),
    )


# +genclient
# +genclient:nonNamespaced
# +genclient:noStatus
# +genclient:onlyVerbs=create
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class SubjectAccessReview(Object):
    """Asks whether a user or a group may do something."""

    spec: SubjectAccessReviewSpec
    status: SubjectAccessReviewStatus = field(
        default_factory=lambda: SubjectAccessReviewStatus(allowed=False)
    )
