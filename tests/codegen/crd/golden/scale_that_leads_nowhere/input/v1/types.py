from __future__ import annotations

from kube.runtime import Object, Struct


# +kubebuilder:subresource:scale:specpath=.spec.replica,statuspath=.spec.replicas,selectorpath=.status.replicas
# +kubebuilder:subresource:status
# +kubebuilder:selectablefield:JSONPath=.spec.parts
# +kubebuilder:selectablefield:JSONPath=.metadata.name
class Sample(Object):
    spec: SampleSpec


class SampleSpec(Struct):
    replicas: int
    parts: list[str]
