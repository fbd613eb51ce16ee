"""What informers raise of their own."""

from __future__ import annotations


class InformerStateError(RuntimeError):
    """An informer, a lister or a factory was used too early, too late, or from the wrong place."""


class InformerFailedError(RuntimeError):
    """An informer cannot go on, by a fault of the program and not of the server.

    Its transform or one of its index functions fails on every object, say. The informer has
    stopped, and all who wait for it get this error.
    """


class UnknownResourceError(LookupError):
    """The factory has no informer for this resource."""
