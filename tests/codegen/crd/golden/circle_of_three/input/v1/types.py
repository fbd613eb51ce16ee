from __future__ import annotations

from kube.runtime import Object, Struct


class A(Struct):
    b: B | None = None


class B(Struct):
    c: dict[str, C] | None = None


class C(Struct):
    a: list[A] | None = None


class SampleSpec(Struct):
    a: A


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
