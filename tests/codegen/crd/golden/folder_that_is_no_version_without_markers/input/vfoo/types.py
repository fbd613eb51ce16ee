from kube.runtime import Object


class Sample(Object):
    """Sample is a sample."""
