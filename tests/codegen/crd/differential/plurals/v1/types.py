from kube.runtime import Object


class Policy(Object):
    """Policy is a kind."""


class NetworkChassis(Object):
    """NetworkChassis is a kind."""


class Leaf(Object):
    """Leaf is a kind."""


class Nginx(Object):
    """Nginx is a kind."""


class AppIndex(Object):
    """AppIndex is a kind."""


class Radius(Object):
    """Radius is a kind."""


class Zoo(Object):
    """Zoo is a kind."""


class Data(Object):
    """Data is a kind."""


class HTTPProxy(Object):
    """HTTPProxy is a kind."""


class Endpoints(Object):
    """Endpoints is a kind."""


class Box(Object):
    """Box is a kind."""


class Gateway(Object):
    """Gateway is a kind."""
