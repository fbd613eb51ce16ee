"""`Controller`: what is reconciled, by what, and which events lead to it. A declaration.

It is checked when it is made, so that misuse is an error where it stands and not when the program
runs. A manager runs it; see `running`.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, TypeAlias, TypeVar

from kube.client import KindRef
from kube.controller.callables import is_async
from kube.controller.errors import ManagerStateError
from kube.controller.predicates import Predicate, check_predicate, generation_changed
from kube.controller.request import Result
from kube.controller.watch import Channel, Source, Watch
from kube.runtime import Object
from kube.workqueue import RateLimiter

log = logging.getLogger("kube.controller")

Reconcile: TypeAlias = Callable[[Any], Awaitable[Result | None] | Result | None]

R_contra = TypeVar("R_contra", contravariant=True)


class Reconciler(Protocol[R_contra]):
    """Brings the world in line with what one object asks for, whatever has happened before."""

    def reconcile(self, request: R_contra, /) -> Awaitable[Result | None] | Result | None: ...


Kind: TypeAlias = type[Object] | KindRef[Any]


class Controller:
    """Reconciles the objects of `kind`, and what else `owns`, `watches` and `sources` lead to.

    `reconciler` is an object with a method `reconcile`, or that function: an async one, or a plain
    one, which runs in a thread and may block. It gets a Request (or a key that a map function has
    returned) and returns None or a Result; what it raises is logged and tried again, later and
    later, unless it is a TerminalError. An object that is not found when its own reconcile reads it
    is gone, which is not an error.

    `owns` are kinds whose objects have one of `kind` for their controller. `watches` are `Watch`
    objects with a map function. `sources` are channels, and async functions that queue keys
    themselves. `predicate` decides about events of `kind` alone, `event_filter` about those of all
    kinds. Without a `kind` the controller needs a `name`.

    Up to `max_concurrent_reconciles` keys are reconciled at once, and never one key twice at once.
    After `reconcile_timeout` seconds a reconcile is cancelled, and counts as failed.
    `cache_sync_timeout`, in seconds, is how long the first lists may take. With `needs_leader` it
    runs on the leader alone. `recover_panics` retries also after what is not an Exception.

    Raises TypeError and ValueError for arguments that contradict each other.
    """

    def __init__(
        self,
        kind: Kind | None,
        reconciler: Reconciler[Any] | Reconcile,
        *,
        name: str = "",
        owns: Iterable[Kind | Watch] = (),
        watches: Iterable[Watch] = (),
        sources: Iterable[Channel[Any] | Source] = (),
        predicate: Predicate | None = None,
        event_filter: Predicate | None = None,
        max_concurrent_reconciles: int = 1,
        rate_limiter: RateLimiter[Any] | None = None,
        reconcile_timeout: float | None = None,
        cache_sync_timeout: float = 120.0,
        needs_leader: bool = True,
        recover_panics: bool = True,
    ) -> None:
        if kind is None and not name:
            raise ValueError("a controller without a kind needs a name: name=")
        self.kind = kind
        self.reconcile, self.is_async = _function(reconciler)
        self.primary = Watch(kind, predicate=predicate) if kind is not None else None
        if predicate is not None and kind is None:
            raise ValueError("predicate decides about events of the kind, and there is no kind")
        self.name = name or str(self.primary).lower()
        self.owns = [_owned(each, kind) for each in owns]
        self.watches = [_watched(each) for each in watches]
        self.sources = [_source(each) for each in sources]
        _check_unique([*self.owns, *self.watches, *self.sources])
        if not (self.primary or self.watches or self.sources):
            raise ValueError(
                f"controller {self.name!r} watches nothing: pass a kind, watches= or sources="
            )
        check_predicate("event_filter", event_filter)
        if event_filter is generation_changed and (self.owns or self.watches):
            log.warning(
                "controller %s has generation_changed for its event_filter, which also drops "
                "status changes of what it owns and watches: pass it as predicate=",
                self.name,
                extra={"controller": self.name},
            )
        self.event_filter = event_filter
        _check_numbers(max_concurrent_reconciles, reconcile_timeout, cache_sync_timeout)
        self.max_concurrent_reconciles = max_concurrent_reconciles
        self.rate_limiter = rate_limiter
        self.reconcile_timeout = reconcile_timeout
        self.cache_sync_timeout = cache_sync_timeout
        self.needs_leader = needs_leader
        self.recover_panics = recover_panics
        self._is_taken = False

    def __repr__(self) -> str:
        kinds = ", ".join(map(str, [*self.owns, *self.watches]))
        return f"<Controller {self.name}{f', follows {kinds}' if kinds else ''}>"

    def take(self) -> None:
        """A manager runs it. Raises ManagerStateError where another one does already."""
        if self._is_taken:
            raise ManagerStateError(
                f"controller {self.name!r} was added to a manager already: make another one"
            )
        for source in self.sources:
            if isinstance(source, Channel):
                source.take()
        self._is_taken = True


def _function(reconciler: Any) -> tuple[Callable[[Any], Any], bool]:
    function = getattr(reconciler, "reconcile", reconciler)
    if isinstance(reconciler, type):
        raise TypeError(f"{reconciler.__name__} is a class: pass an object of it")
    if not callable(function):
        raise TypeError(
            f"a reconciler is a function, or an object with a method reconcile, not {reconciler!r}"
        )
    try:
        inspect.signature(function).bind(object())
    except TypeError as error:
        name = getattr(function, "__qualname__", function)
        raise TypeError(f"{name} must take one argument, the request: {error}") from None
    except ValueError:
        pass  # a built-in function that does not tell
    return function, is_async(function)


def _owned(owned: Kind | Watch, kind: Kind | None) -> Watch:
    watch = owned if isinstance(owned, Watch) else Watch(owned)
    if kind is None:
        raise ValueError(f"owns {watch}: a controller without a kind owns nothing; use watches=")
    if watch.map is not None:
        raise ValueError(f"owns {watch}: owner references lead to the key; use watches= for a map")
    return watch


def _watched(watch: Watch) -> Watch:
    if not isinstance(watch, Watch):
        name = getattr(watch, "__name__", watch)
        raise TypeError(f"watches takes Watch objects: Watch({name}, map_function)")
    if watch.map is None:
        raise ValueError(f"the watch of {watch} needs a map function, from an object to keys")
    if watch.any_owner:
        raise ValueError(f"the watch of {watch} has any_owner, which is for owns=")
    return watch


def _source(source: Channel[Any] | Source) -> Channel[Any] | Source:
    if isinstance(source, Channel) or is_async(source):
        return source
    raise TypeError(f"a source is a Channel, or an async function of `enqueue`, not {source!r}")


def _check_unique(followed: list[Any]) -> None:
    for n, each in enumerate(followed):
        if any(each is earlier for earlier in followed[:n]):
            what = f"watch of {each}" if isinstance(each, Watch) else "source"
            raise ValueError(f"the controller has the same {what} twice")


def _check_numbers(workers: int, timeout: float | None, sync_timeout: float) -> None:
    if workers < 1:
        raise ValueError(f"max_concurrent_reconciles must be at least 1, and is {workers}")
    if timeout is not None and timeout <= 0:
        raise ValueError(f"reconcile_timeout must be positive, and is {timeout}")
    if sync_timeout <= 0:
        raise ValueError(f"cache_sync_timeout must be positive, and is {sync_timeout}")
