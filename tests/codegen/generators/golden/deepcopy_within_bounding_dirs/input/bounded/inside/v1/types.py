"""Within the bounds."""

from bounded.outside.v1.types import Outside
from kube.runtime import Struct


class Inside(Struct):
    outside: Outside | None = None
