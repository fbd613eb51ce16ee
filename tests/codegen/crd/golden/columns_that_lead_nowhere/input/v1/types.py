from __future__ import annotations

from kube.runtime import Object, Struct


# +kubebuilder:printcolumn:name=A,type=string,JSONPath=.spec.phse
# +kubebuilder:printcolumn:name=A,type=integer,JSONPath=.spec.phase
# +kubebuilder:printcolumn:name=A,type=string,JSONPath=spec.phase
# +kubebuilder:printcolumn:name=A,type=string,JSONPath=.metadata.nam
# +kubebuilder:printcolumn:name=A,type=string,JSONPath=.spec.phase.x
# +kubebuilder:printcolumn:name=A,type=string,JSONPath=`.spec.parts[0].name`
# +kubebuilder:printcolumn:name=A,type=string,JSONPath=`.spec.parts[?(@.name=="a")].name`
# +kubebuilder:printcolumn:name=A,type=date,JSONPath=.spec.count
class Sample(Object):
    spec: SampleSpec


class Part(Struct):
    name: str


class SampleSpec(Struct):
    phase: str
    count: int
    parts: list[Part]
