"""A group with an accessor of its own."""

from kube.runtime import Object, ObjectList


# +genclient
class HTTPProxy(Object):
    """Its plural has words."""

    hosts: list[str] | None = None


class HTTPProxyList(ObjectList[HTTPProxy]):
    """A list of HTTPProxies."""
