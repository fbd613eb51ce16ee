from kube.api.meta.v1 import Condition, Duration, LabelSelector, MicroTime, Time
from kube.runtime import JSON, IntOrString, Object, RawExtension, Struct
from kube.runtime.quantity import Quantity


class SampleSpec(Struct):
    """SampleSpec has the types that are one JSON value."""

    time: Time
    micro: MicroTime
    duration: Duration
    quantity: Quantity
    port: IntOrString
    raw: RawExtension
    json: JSON
    limits: dict[str, Quantity]
    times: list[Time]
    # When it ended.
    # +optional
    end: Time | None = None
    # How long.
    # +kubebuilder:default="5m"
    interval: Duration = "5m"
    # +kubebuilder:default="100Mi"
    memory: Quantity | None = None
    # Selector of pods.
    selector: LabelSelector
    other: LabelSelector | None = None
    # +listType=map
    # +listMapKey=type
    conditions: list[Condition]


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
