"""The apply configurations of that project."""

from kube.runtime.applyconfiguration import Configuration


class SizeApplyConfiguration(Configuration):
    width: int | None = None
