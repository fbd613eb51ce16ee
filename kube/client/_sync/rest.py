# Derived from kube/client/_async/rest.py: python hack/unasync.py. DO NOT EDIT.
"""The REST client: sends one request, again where the server asks for that.

It adds what every request needs (headers, credentials, the rate limit, retries) and turns refusals
into typed errors. It knows nothing of kinds; `ResourceClient` does.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from kube.client._sync.versioned import BeginsRequests, VersionedRESTClient
from kube.client.credentials import Credentials, StaticCredentials
from kube.client.options import JSON
from kube.client.renewals import Renewals
from kube.client.retries import (
    MAX_RETRIES,
    WARNINGS_REMEMBERED,
    Attempts,
    retry_delay,
    warnings_in,
)
from kube.client.transport import Request, Response, Stream, Transport
from kube.client.waiting import sleep
from kube.client.watch_events import OnUndecodable, log_undecodable
from kube.rate_limiting import TokenBucket
from kube.runtime import GroupVersion, errors

if TYPE_CHECKING:
    from typing import Self

    from kube.client._sync.request_builder import RequestBuilder
    from kube.client.cancellation import Cancellation
    from kube.client.config import Config
    from kube.client.metrics import MetricsProvider, Recorder
    from kube.client.observers import WriteObserver

log = logging.getLogger("kube.client")


class RESTClient(BeginsRequests):
    """Sends requests to one API server. A context manager; `close` closes its connections.

    `timeout` is in seconds, for a whole exchange, where a request names none. `on_undecodable` is
    called with each object that is left out of a list or a watch because it does not decode; by
    default it is logged. Without `for_config` there is no rate limit, and
    `config` is None.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        credentials: Credentials | None = None,
        user_agent: str = "kube-codegen",
        qps: float = -1,
        burst: int = 10,
        timeout: float | None = 60,
        on_undecodable: OnUndecodable = log_undecodable,
        recorder: Recorder | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not hasattr(transport, "send"):
            raise TypeError(
                f"RESTClient needs a transport, not {type(transport).__name__}; "
                "for a Config, use RESTClient.for_config(config)"
            )
        self.transport = transport
        self.config: Config | None = None
        self.on_undecodable = on_undecodable
        self.observer: WriteObserver | None = None
        """Told of every write of typed clients that the server has answered."""
        self._credentials = credentials or StaticCredentials.anonymous()
        self._renewals = Renewals(self._credentials)
        self._headers = {"accept": JSON, "user-agent": user_agent}
        self._bucket = TokenBucket(qps, burst)
        self._recorder = recorder
        self._timeout = timeout
        self._clock = clock
        self._warned: set[str] = set()

    @classmethod
    def for_config(cls, config: Config, *, metrics: MetricsProvider | None = None) -> Self:
        """A client over the network. Raises `ConfigError` for settings that exclude each other.

        `metrics` measures each request; `kube.metrics` has one.
        """
        if not hasattr(config, "transport"):
            raise TypeError(
                f"for_config takes a Config, not {type(config).__name__}; Config.load(path) reads "
                "a kubeconfig, and Config.load() the one that kubectl would use"
            )
        tls = config.tls()
        client = cls(
            config.transport(tls),
            credentials=config.credentials(tls),
            user_agent=config.user_agent,
            qps=config.qps,
            burst=config.burst,
            timeout=config.timeout,
            recorder=metrics.for_config(config) if metrics is not None else None,
        )
        client.config = config
        return client

    def for_group_version(self, group_version: GroupVersion | str) -> VersionedRESTClient:
        """Requests for the resources of one group and version (`example.com/v1`), by this client.

        Raises ValueError for what is not a group and a version.
        """
        return VersionedRESTClient(self, group_version)

    def verb(self, verb: str) -> RequestBuilder:
        """Begin a request by its HTTP method, to be built step by step and then sent.

        Without a group and version it names its path itself: `rest.get().abs_path("/healthz")`.
        """
        from kube.client._sync.request_builder import RequestBuilder

        return RequestBuilder(self, verb, None)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        max_retries: int = MAX_RETRIES,
    ) -> Response:
        """The answer to one request. Header names are in lower case; those given here have
        precedence over the client's own, credentials included.

        Raises `APIError` for a status of 300 and above (a redirect is not followed, since it would
        send the credentials elsewhere), `TransportError` without an answer, and `CredentialsError`.
        """
        merged = {**self._headers, **headers} if headers else self._headers
        timeout = self._timeout if timeout is None else timeout
        attempts: Attempts | None = None
        # Each call and each coroutine saved here is a part of every request's cost.
        while True:
            if delay := self._reserve_turn(method):
                self._await_turn(method, delay)
            credentials = self._credentials.headers()
            if credentials is None:
                credentials = self._renewed_headers()
            request = Request(
                method,
                path,
                query,
                {**credentials, **merged} if credentials else merged,
                body,
                timeout,
            )
            if self._recorder is None and not log.isEnabledFor(logging.DEBUG):
                response = self.transport.send(request)
            else:
                response = self._send_observed(request)
            if "warning" in response.headers:
                self._log_warnings(response.headers["warning"])
            if response.status < 300:
                return response
            attempts = attempts or Attempts(max_retries)
            self._prepare_retry(request, response, credentials, attempts)

    @contextmanager
    def stream(
        self,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        max_retries: int = MAX_RETRIES,
        cancellation: Cancellation | None = None,
    ) -> Iterator[Stream]:
        """The answer to a GET as chunks, as they arrive. Raises what `request` raises.

        `timeout` is the longest silence, in seconds; None means no limit. The rate limit does not
        count streams. `cancellation` ends the opening early, with `TransportError`.
        """
        merged = {**self._headers, **headers} if headers else self._headers
        attempts = Attempts(max_retries)
        while True:
            credentials = self._credentials.headers()
            if credentials is None:
                credentials = self._renewed_headers()
            request = Request(
                "GET",
                path,
                query,
                {**credentials, **merged},
                timeout=timeout,
                first_byte=self._timeout,
                cancellation=cancellation,
            )
            with ExitStack() as stack:
                stream = self._open(request, stack)
                if stream.status < 300:
                    yield stream
                    return
                body = b"".join([chunk for chunk in stream])
            response = Response(stream.status, stream.headers, body)
            self._prepare_retry(request, response, credentials, attempts)

    @property
    def credentials(self) -> Credentials:
        """Who the requests are from."""
        return self._credentials

    def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send_observed(self, request: Request) -> Response:
        started, code = self._clock() if self._recorder is not None else 0.0, None
        try:
            response = self.transport.send(request)
            code = response.status
            return response
        finally:
            self._note_answer(request, code, started)

    def _open(self, request: Request, stack: ExitStack) -> Stream:
        started, code = self._clock() if self._recorder is not None else 0.0, None
        try:
            stream = stack.enter_context(self.transport.stream(request))
            code = stream.status
            return stream
        finally:
            self._note_answer(request, code, started)

    def _note_answer(self, request: Request, code: int | None, started: float) -> None:
        if self._recorder is not None:
            self._recorder.answered(request.method, code, self._clock() - started)
        if log.isEnabledFor(logging.DEBUG):
            log.debug(
                "%s %s was %s",
                request.method,
                request.path,
                "not answered" if code is None else f"answered {code}",
                extra={"method": request.method, "path": request.path, "status": code},
            )

    def _reserve_turn(self, method: str) -> float:
        """Seconds to wait for it."""
        delay = self._bucket.reserve(self._clock())
        if self._recorder is not None:
            self._recorder.waited(method, delay)
        return delay

    def _await_turn(self, method: str, delay: float) -> None:
        if delay > 1:
            log.info(
                "waiting %.1f s for the client's own rate limit",
                delay,
                extra={"method": method, "delay": delay},
            )
        try:
            sleep(delay)
        except BaseException:
            self._bucket.give_back()
            raise

    def _renewed_headers(self) -> Mapping[str, str]:
        self._renewals.renew()
        headers = self._credentials.headers()
        return {} if headers is None else headers

    def _log_warnings(self, header: str) -> None:
        """Each of the server's warnings (a deprecated API, an unknown field) is logged once."""
        for text in warnings_in(header):
            if text not in self._warned and len(self._warned) < WARNINGS_REMEMBERED:
                self._warned.add(text)
                log.warning("the API server warns: %s", text, extra={"warning": text})

    def _prepare_retry(
        self,
        request: Request,
        response: Response,
        credentials: Mapping[str, str],
        attempts: Attempts,
    ) -> None:
        """Return when the request should be sent again; otherwise raise the answer's error."""
        if response.status == 401 and not attempts.renewed:
            attempts.renewed = True
            if self._renewals.renew(credentials):
                return
        delay = retry_delay(response.status, response.headers, attempts.retries, attempts.most)
        if delay is None:
            raise errors.from_response(
                response.status,
                response.headers,
                response.body,
                asked=f"{request.method} {request.path}",
            )
        attempts.retries += 1
        if self._recorder is not None:
            self._recorder.retried(request.method, response.status)
        log.debug(
            "%s %s was answered %d; trying again in %g s",
            request.method,
            request.path,
            response.status,
            delay,
            extra={
                "method": request.method,
                "path": request.path,
                "status": response.status,
                "delay": delay,
            },
        )
        sleep(delay, request.cancellation)


def checked(rest: RESTClient, owner: type) -> RESTClient:
    """The REST client that an instance of `owner` is created with.

    Raises TypeError for anything else, such as a Config or a client of the other kind.
    """
    if isinstance(rest, RESTClient):
        return rest
    name = owner.__name__
    example = f"{name}.for_config" if hasattr(owner, "for_config") else "RESTClient.for_config"
    raise TypeError(
        f"{name} needs an RESTClient, not {type(rest).__name__}; "
        f"for a Config, use {example}(config)"
    )
