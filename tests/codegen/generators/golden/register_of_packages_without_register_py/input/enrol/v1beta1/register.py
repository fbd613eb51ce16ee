"""Written by hand."""

from enrol.v1beta1.types import Widget
from kube.runtime import GroupVersion, Scheme

SCHEME_GROUP_VERSION = GroupVersion("enrol.example.com", "v1beta1")


def add_to_scheme(scheme: Scheme) -> None:
    scheme.add_known_types(SCHEME_GROUP_VERSION, Widget)
