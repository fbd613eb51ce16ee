"""The manager: one cache, one client, one election, and everything that runs with them.

    manager = Manager(Config.load(), leader_election="elasticweb.example.com")
    manager.add(Controller(ElasticWeb, Reconciler(manager.client), owns=[Deployment]))
    await manager.run()

It starts in the order servers, caches, what needs no leader, controllers, and stops in the order
what needs no leader, controllers, caches, servers, lease, events. A failure of any part ends it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kube.cache import IndexFunction
from kube.client import AsyncClient, AsyncRESTClient, Config, KindRef
from kube.client.kinds import class_resource
from kube.controller.cache import Cache
from kube.controller.client import Client
from kube.controller.controller import Controller
from kube.controller.election import LeaderElection, election_of
from kube.controller.errors import LeadershipLostError, ManagerStateError, StopTimeoutError
from kube.controller.fencing import leaders_work
from kube.controller.groups import Deadline, Group, Runnable
from kube.controller.informers import Informers
from kube.controller.leading import Leading
from kube.controller.logs import reconciles_in_logs
from kube.controller.options import CacheOptions
from kube.controller.own_writes import OwnWrites
from kube.controller.running import RunningController
from kube.controller.servers import OFF, Servers
from kube.controller.signals import Signals
from kube.controller.sync_client import Caller, SyncClient
from kube.controller.watchdog import BLOCKED_SECONDS, Watchdog
from kube.events import EventRecorder
from kube.runtime import Object
from kube.runtime.clock import Clock, SystemClock

if TYPE_CHECKING:
    from ssl import SSLContext

    from prometheus_client import CollectorRegistry

    from kube.client.metrics import MetricsProvider as RequestMetrics
    from kube.controller.certificates import CertificateFiles
    from kube.controller.probes import Checks

log = logging.getLogger("kube.controller")

_DEFAULT_LIMITS = (5, 10)
"""The rate limit of a Config that names none."""


class Runs(Protocol):
    """A runnable of one's own, as an object. `needs_leader` is True by default."""

    async def run(self) -> None: ...


class Manager:
    """Runs controllers, and what they share. It runs once.

    `config` says how to reach the server; without limits of its own it gets none, because the
    server is fair to its clients. A REST client in its place is used as it is.

    `metrics` and `probes` are addresses to serve `/metrics`, and `/healthz` with `/readyz`, such
    as `:8080`; empty ones and `0` serve nothing, port 0 is a free one. Sockets are opened by `run`.
    `metrics_tls` is a folder with `tls.crt` and `tls.key`, or these two files, which are read again
    when they change; True is a certificate that the program signs itself. With `metrics_access` a
    token is needed whose user may `get` the path. `registry` is where metrics are kept, by default
    prometheus_client's global one.

    `leader_election` is the name of a lease, or LeaderElection with all options; without it this
    process leads. `cache` are the options of all cached kinds, `cache_by_kind` those of single
    ones. Reads of `uncached` kinds go to the server, as those of kinds without a class do unless
    `cache_unstructured`. With `fail_on_missing_informer` a read of a kind that no controller
    follows is an error; otherwise it starts an informer. `field_manager` and `dry_run` are the
    client's. `name` is that of the program, in events.

    A stop takes `graceful_stop` seconds at most: reconciles in progress may end, and are cancelled
    near the end of it. 0 does not wait, None waits for as long as it takes.

    Raises TypeError and ValueError for options that contradict each other.
    """

    _blocked_seconds = BLOCKED_SECONDS

    def __init__(
        self,
        config: Config | AsyncRESTClient,
        *,
        name: str = "",
        leader_election: str | LeaderElection | None = None,
        metrics: str = "",
        metrics_tls: CertificateFiles | bool | None = None,
        metrics_access: bool = False,
        probes: str = "",
        registry: CollectorRegistry | None = None,
        cache: CacheOptions | None = None,
        cache_by_kind: Mapping[type[Object] | KindRef[Any], CacheOptions] | None = None,
        cache_sync_timeout: float = 120.0,
        fail_on_missing_informer: bool = False,
        uncached: Collection[type[Object] | KindRef[Any]] = (),
        cache_unstructured: bool = False,
        field_manager: str = "",
        dry_run: bool = False,
        graceful_stop: float | None = 30.0,
        clock: Clock | None = None,
    ) -> None:
        self.name = name or _program()
        self.clock: Clock = clock or SystemClock()
        self._servers = Servers(metrics, probes, registry)
        self._metrics = self._servers.provider
        measures = self._metrics.runtime if self._metrics is not None else None
        self.rest = _rest(config, measures)
        self._graceful_stop = graceful_stop
        self._informers = Informers(
            self.rest,
            default=cache or CacheOptions(),
            by_kind=cache_by_kind or {},
            on_failure=self._fail,
            sync_timeout=cache_sync_timeout,
            clock=self.clock,
            metrics=measures,
        )
        own_writes = self.rest.observer = OwnWrites(self._informers, self.clock)
        self.cache = Cache(self._informers, own_writes, fail_on_missing=fail_on_missing_informer)
        self.client = Client(
            self.rest,
            self.cache,
            uncached=[_gvk(kind) for kind in uncached],
            cache_unstructured=cache_unstructured,
            dry_run=dry_run,
            field_manager=field_manager,
        )
        self._caller = Caller()
        self.sync_client = SyncClient(self.client, self._caller)
        """The client for reconcilers that are plain functions, and for other threads."""
        self.reader = AsyncClient(self.rest)
        """Reads the server, past the cache."""
        self._serving = Group("servers", self._fail, self.clock)
        if (metrics_tls or metrics_access) and metrics != OFF:
            self._protect_metrics(metrics_tls or None, metrics_access)
        self.events = EventRecorder(self.rest, self.name, now=self.clock.now)
        self._controllers: dict[str, RunningController] = {}
        self._others = Group("others", self._fail, self.clock)
        self._leaders = Group("controllers", self._fail, self.clock, within=leaders_work)
        self._signals = Signals(self.stop)
        self._leading = Leading(
            self.rest,
            election_of(leader_election),
            self._leaders,
            on_failure=self._fail,
            may_end_process=lambda: self._signals.are_handled,
            metrics=measures,
            clock=self.clock,
        )
        self._failure: Exception | None = None
        self._stop_requested = asyncio.Event()
        self._is_started = False

    def __repr__(self) -> str:
        return f"<Manager {self.name}: {', '.join(self._controllers) or 'no controllers'}>"

    # Before and while it runs

    def add(
        self,
        runnable: Controller | Runs | Callable[[], Awaitable[object]],
        *,
        needs_leader: bool | None = None,
    ) -> None:
        """Have a controller run, or an async function without arguments, or an object with `run`.

        A function runs on the leader alone unless `needs_leader` is False; a controller says it
        itself, as `Controller(..., needs_leader=False)`. Functions are cancelled when the manager
        stops. Once the manager runs, what is added starts at once.

        Raises ManagerStateError while the manager stops, and ValueError where a controller has the
        name of another one.
        """
        if isinstance(runnable, Controller):
            if needs_leader is not None:
                raise TypeError(
                    f"controller {runnable.name!r} itself says whether it needs the lead: "
                    f"Controller(..., needs_leader={needs_leader})"
                )
            self._add_controller(runnable)
            return
        self._group_of(needs_leader is not False).add(Runnable.of(runnable))

    def index(self, kind: type[Object], name: str, function: IndexFunction[Any]) -> None:
        """Index a kind: `client.list(kind, field_selector="name=value")` then finds its objects.

        `function` returns an object's values. Raises ValueError for a name that is taken.
        """
        self._informers.add_index(class_resource(kind), name, function)

    @property
    def elected(self) -> asyncio.Event:
        """Set while this process leads, or once it runs where there is no election."""
        return self._leading.elected

    @property
    def controllers(self) -> Mapping[str, RunningController]:
        """The controllers by their names."""
        return self._controllers

    @property
    def healthz(self) -> Checks:
        """The checks of `/healthz`: `manager.healthz.add("queue", check)`."""
        return self._servers.healthz

    @property
    def readyz(self) -> Checks:
        """The checks of `/readyz`."""
        return self._servers.readyz

    @property
    def probes_address(self) -> str:
        """Where `/healthz` and `/readyz` are, `host:port`; ManagerStateError before the start."""
        return self._servers.probes_address

    @property
    def metrics_address(self) -> str:
        """Where `/metrics` is; see `probes_address`."""
        return self._servers.metrics_address

    def stop(self) -> None:
        """Have `run` return, after everything has ended in order. For the manager's loop."""
        self._stop_requested.set()

    # Running

    async def run(self, *, handle_signals: bool = True) -> None:
        """Run until stopped, by `stop`, by cancellation or by SIGTERM or SIGINT; end in order.

        A second signal ends the process. Raises the first failure of any part;
        LeadershipLostError, at once, where the lease was lost: another process may lead then, and
        this one has to end; StopTimeoutError, or a group of it and the failure, for what did not
        end in time; ManagerStateError when run a second time.
        """
        if self._is_started:
            raise ManagerStateError("a manager runs once: make another one")
        self._is_started = True
        self._servers.bind()
        for server in self._servers.all:
            self._serving.add(Runnable(f"server of {server.name}", server.run))
        self._caller.loop = asyncio.get_running_loop()
        handling = self._signals if handle_signals else nullcontext()
        try:
            with reconciles_in_logs(), Watchdog(self._blocked_seconds), handling:
                await self._run()
        finally:
            self._caller.loop = None

    async def _run(self) -> None:
        overruns: list[Exception] = []
        interrupted = False
        async with self.events:
            try:
                self._serving.start()
                self._informers.start()
                await self._until_stopped(self._informers.wait_for_sync())
                if not self._stop_requested.is_set():
                    self._others.start()
                    self._leading.start()
                    await self._stop_requested.wait()
            except asyncio.CancelledError:
                interrupted = True
            finally:
                overruns += await self._stop_all()
        await self.rest.close()
        if interrupted and self._failure is None:
            if overruns:
                raise overruns[0]
            raise asyncio.CancelledError
        failures = [*([self._failure] if self._failure is not None else []), *overruns]
        if len(failures) > 1:
            raise ExceptionGroup("the manager failed, and so did its stop", failures)
        if failures:
            raise failures[0]

    async def _until_stopped(self, work: Awaitable[object]) -> None:
        """Do some work unless a stop is requested before its end. Raises what it raises."""
        working = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stop_requested.wait())
        try:
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        except Exception as error:
            self._fail(error)
        finally:
            for task in (working, stopping):
                task.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)

    async def _stop_all(self) -> list[Exception]:
        """Stop everything in order; returns what did not end in time."""
        lost = isinstance(self._failure, LeadershipLostError)
        seconds = 0.0 if lost else self._graceful_stop
        deadline = Deadline.after(self.clock.monotonic(), seconds)
        self._leaders.refuse()
        overruns: list[Exception] = []
        for stop in (
            self._others.stop,
            self._leaders.stop,
            self._stop_cache,
            self._serving.stop,
        ):
            try:
                await stop(deadline)
            except StopTimeoutError as error:
                if not lost:
                    overruns.append(error)
        await self._leading.hand_back()
        return overruns

    async def _stop_cache(self, deadline: Deadline) -> None:
        ends_at = deadline.ends_at
        left = None if ends_at is None else max(0.0, ends_at - self.clock.monotonic())
        try:
            await self._informers.stop(left)
        except Exception as error:
            self._fail(error)

    # Parts

    def _fail(self, error: Exception) -> None:
        """A part has failed: the first failure is what `run` raises."""
        if self._failure is None and not self._leading.is_over:
            self._failure = error
        elif error is not self._failure:
            log.error("another part failed", exc_info=error, extra={"manager": self.name})
        self._stop_requested.set()

    def _add_controller(self, controller: Controller) -> None:
        if controller.name in self._controllers:
            raise ValueError(
                f"the manager has a controller {controller.name!r} already: give one of them a "
                "name of its own"
            )
        for watch in _watches(controller):
            if not watch.optional and not isinstance(watch.source, KindRef):
                self._informers.options_for(class_resource(watch.source))
        running = RunningController(
            controller, self._informers, self.client.resource, self.clock, self._metrics
        )
        controller.take()
        name = f"controller {controller.name}"
        runnable = Runnable(name, running.run, running.drain, running.give_up)
        self._group_of(controller.needs_leader).add(runnable)
        self._controllers[controller.name] = running

    def _group_of(self, needs_leader: bool) -> Group:
        return self._leaders if needs_leader else self._others

    def _protect_metrics(self, tls: CertificateFiles | bool | None, access: bool) -> None:
        from kube.controller.access import Access
        from kube.controller.certificates import Certificate, own_context

        context: SSLContext | None = None
        if tls is True:
            context = own_context()
        elif tls:
            certificate = Certificate(tls, self.clock, self._metrics)
            context = certificate.context
            self._serving.add(Runnable("certificate of metrics", certificate.run))
        judge = Access(self.reader, self.clock) if access else None
        self._servers.protect_metrics(context, judge)


def _watches(controller: Controller) -> Iterable[Any]:
    if controller.primary is not None:
        yield controller.primary
    yield from controller.owns
    yield from controller.watches


def _rest(config: Config | AsyncRESTClient, metrics: RequestMetrics | None) -> AsyncRESTClient:
    if isinstance(config, AsyncRESTClient):
        return config
    if not isinstance(config, Config):
        raise TypeError(f"Manager takes a Config, not {type(config).__name__}: Config.load()")
    if (config.qps, config.burst) == _DEFAULT_LIMITS:
        config = replace(config, qps=-1)
    return AsyncRESTClient.for_config(config, metrics=metrics)


def _gvk(kind: type[Object] | KindRef[Any]) -> Any:
    return kind.gvk if isinstance(kind, KindRef) else class_resource(kind).gvk


def _program() -> str:
    """The name of the program that runs."""
    path = Path(sys.argv[0] if sys.argv else "")
    return (path.parent.name if path.name == "__main__.py" else path.stem) or "controller"
