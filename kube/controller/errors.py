"""What the controller runtime raises of its own, besides ValueError and TypeError for misuse."""

from __future__ import annotations


class ManagerStateError(RuntimeError):
    """A manager or a controller was used too early, too late, or twice."""


class CacheNotStartedError(ManagerStateError):
    """The cache was read before the manager ran."""


class CacheOptionsError(ValueError):
    """Options of the cache contradict a kind, or each other."""


class NotCachedError(LookupError):
    """The cache does not have what a read asks for: no informer, another namespace, no index."""


class CacheSyncTimeoutError(TimeoutError):
    """A kind could not be read within the time that its cache is given to sync."""


class LeadershipLostError(RuntimeError):
    """Another replica may lead: this process has to end."""


class StopTimeoutError(TimeoutError):
    """Parts of the manager did not end within the time for a stop. `running` are their names."""

    def __init__(self, seconds: float, running: list[str]) -> None:
        super().__init__(
            f"{', '.join(running)} did not end within the graceful stop of {seconds:g} s"
        )
        self.seconds = seconds
        self.running = running


class MissingExtraError(ImportError):
    """An option needs a library that is not installed."""

    def __init__(self, option: str, library: str) -> None:
        super().__init__(f"{option} needs {library}: pip install 'kube-codegen[controller]'")
