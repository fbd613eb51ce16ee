from kube.runtime import Struct


class Sample(Struct):
    """Sample is a sample."""
