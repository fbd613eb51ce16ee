"""The types of meta/v1, after k8s.io/apimachinery/pkg/apis/meta/v1/types.go."""

from __future__ import annotations

import msgspec

from kube.runtime.enums import OpenEnum
from kube.runtime.metadata.types import ABSENT
from kube.runtime.struct import Struct, field
from kube.runtime.time import Time


class ConditionStatus(OpenEnum):
    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


# +k8s:applyconfiguration-gen=true
class Condition(Struct):
    """Condition contains details for one aspect of the current state of this API Resource.
    ---
    Go writes reason and message even if they are empty, and CRDs require them, hence the factories.
    """

    # type of condition in CamelCase or in foo.example.com/CamelCase.
    # +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$`
    # +kubebuilder:validation:MaxLength=316
    type: str

    # status of the condition, one of True, False, Unknown.
    # +kubebuilder:validation:Enum=True;False;Unknown
    status: ConditionStatus

    # observedGeneration represents the .metadata.generation that the condition was set based upon.
    # For instance, if .metadata.generation is currently 12, but the .status.conditions[x].observedGeneration is 9, the condition is out of date
    # with respect to the current state of the instance.
    # +optional
    # +kubebuilder:validation:Minimum=0
    observed_generation: int = 0

    # lastTransitionTime is the last time the condition transitioned from one status to another.
    # This should be when the underlying condition changed.  If that is not known, then using the time when the API field changed is acceptable.
    # +required
    last_transition_time: Time | None = None

    # reason contains a programmatic identifier indicating the reason for the condition's last transition.
    # Producers of specific condition types may define expected values and meanings for this field,
    # and whether the values are considered a guaranteed API.
    # The value should be a CamelCase string.
    # This field may not be empty.
    # +required
    # +kubebuilder:validation:MaxLength=1024
    # +kubebuilder:validation:MinLength=1
    # +kubebuilder:validation:Pattern=`^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$`
    reason: str = field(default_factory=str)

    # message is a human readable message indicating details about the transition.
    # This may be an empty string.
    # +required
    # +kubebuilder:validation:MaxLength=32768
    message: str = field(default_factory=str)


class LabelSelectorOperator(OpenEnum):
    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


# +k8s:applyconfiguration-gen=true
class LabelSelectorRequirement(Struct):
    """A label selector requirement is a selector that contains values, a key, and an operator that
    relates the key and values.
    """

    # key is the label key that the selector applies to.
    key: str

    # operator represents a key's relationship to a set of values.
    # Valid operators are In, NotIn, Exists and DoesNotExist.
    operator: LabelSelectorOperator

    # values is an array of string values. If the operator is In or NotIn,
    # the values array must be non-empty. If the operator is Exists or DoesNotExist,
    # the values array must be empty. This array is replaced during a strategic
    # merge patch.
    # +optional
    # +listType=atomic
    values: list[str] | None = None


# +structType=atomic
# +k8s:applyconfiguration-gen=true
class LabelSelector(Struct):
    """A label selector is a label query over a set of resources. The result of matchLabels and
    matchExpressions are ANDed. An empty label selector matches all objects. A null
    label selector matches no objects.
    """

    # matchLabels is a map of {key,value} pairs. A single {key,value} in the matchLabels
    # map is equivalent to an element of matchExpressions, whose key field is "key", the
    # operator is "In", and the values array contains only "value". The requirements are ANDed.
    # +optional
    match_labels: dict[str, str] | None = None

    # matchExpressions is a list of label selector requirements. The requirements are ANDed.
    # +optional
    # +listType=atomic
    match_expressions: list[LabelSelectorRequirement] | None = None


class FieldSelectorOperator(OpenEnum):
    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


class FieldSelectorRequirement(Struct):
    """A field of objects, and how its value relates to a set of values."""

    key: str
    operator: FieldSelectorOperator

    # +listType=atomic
    values: list[str] | None = None


class WatchEvent(Struct):
    """One line of a watch; its object is not decoded."""

    type: str
    object: msgspec.Raw = field(default=ABSENT)


class DeletionPropagation(OpenEnum):
    ORPHAN = "Orphan"
    BACKGROUND = "Background"
    FOREGROUND = "Foreground"


class Preconditions(Struct):
    uid: str | None = None
    resource_version: str | None = None


# +k8s:applyconfiguration-gen=true
class DeleteOptions(Struct):
    api_version: str = ""
    kind: str = ""
    grace_period_seconds: int | None = None
    preconditions: Preconditions | None = None
    propagation_policy: DeletionPropagation | None = None
    dry_run: list[str] | None = None


class GetOptions(Struct):
    resource_version: str = ""


class CreateOptions(Struct):
    dry_run: list[str] | None = None
    field_manager: str = ""
    field_validation: str = ""


class UpdateOptions(Struct):
    dry_run: list[str] | None = None
    field_manager: str = ""
    field_validation: str = ""


class PatchOptions(Struct):
    dry_run: list[str] | None = None
    force: bool | None = None
    field_manager: str = ""
    field_validation: str = ""


class ListOptions(Struct):
    """The options of a list or a watch; the API concepts page documents each."""

    label_selector: str = ""
    field_selector: str = ""
    watch: bool = False
    allow_watch_bookmarks: bool = False
    resource_version: str = ""
    resource_version_match: str = ""
    timeout_seconds: int | None = None
    limit: int = 0
    continue_: str = field(default="", name="continue")
    send_initial_events: bool | None = None


class APIResource(Struct):
    """One resource in a discovery document."""

    name: str
    singular_name: str = ""
    namespaced: bool = False
    group: str = ""
    version: str = ""
    kind: str = ""
    verbs: list[str] | None = None
    short_names: list[str] | None = None
    categories: list[str] | None = None
    storage_version_hash: str = ""
