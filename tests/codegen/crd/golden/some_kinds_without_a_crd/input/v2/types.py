from kube.runtime import Object


class Other(Object):
    """Other is another."""


class Further(Object):
    """Further is a third."""
