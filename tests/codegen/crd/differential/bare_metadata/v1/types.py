from kube.api.meta.v1 import ObjectMeta
from kube.runtime import Object, Struct, field


class Template(Struct):
    """Template is a template of an object."""

    metadata: ObjectMeta = field(default_factory=ObjectMeta)
    """Standard metadata."""
    text: str


class SampleSpec(Struct):
    """SampleSpec has metadata inside."""

    template: Template
    meta: ObjectMeta
    """Meta of its own."""


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
