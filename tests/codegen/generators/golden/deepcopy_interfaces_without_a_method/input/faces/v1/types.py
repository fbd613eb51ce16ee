"""Interfaces that the classes lack."""

from kube.runtime import Struct


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NoKind(Struct):
    name: str = ""


# +k8s:deepcopy-gen:interfaces=faces.v1.types.RuntimeSelector
class NoMethod(Struct):
    name: str = ""
