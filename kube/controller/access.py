"""Who may read the metrics: the API server says whose a token is, and whether that one may.

As in controller-runtime: a TokenReview, then a SubjectAccessReview of the path with the method
in lower case. The manager needs `create` on both, and who scrapes needs `nonResourceURLs: /metrics,
verbs: get`. Answers are remembered for a while, and no more than so many of them, because anybody
may ask.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from random import Random
from typing import Generic, TypeVar

from kube.api.authentication.v1 import TokenReview, TokenReviewSpec, UserInfo
from kube.api.authorization.v1 import (
    NonResourceAttributes,
    SubjectAccessReview,
    SubjectAccessReviewSpec,
)
from kube.client import AsyncClient, CredentialsError, TransportError
from kube.runtime.clock import Clock, timeout
from kube.runtime.errors import APIError

V = TypeVar("V")
R = TypeVar("R")

TOKENS_FOR = 60.0
"""Seconds for which it is remembered whose a token is."""
ALLOWED_FOR, DENIED_FOR = 300.0, 30.0
REVIEW_SECONDS = 10.0
TRIES, PAUSE, FACTOR, JITTER = 5, 0.5, 1.5, 0.2
MOST_REMEMBERED = 1000

log = logging.getLogger("kube.controller")


class ReviewFailedError(Exception):
    """The API server did not answer a review."""


class Access:
    """Judges requests by their Authorization header; see `status`."""

    def __init__(self, client: AsyncClient, clock: Clock, random: Random | None = None) -> None:
        self._client = client
        self._clock = clock
        self._random = random or Random()
        self._users: _Remembered[UserInfo | None] = _Remembered(clock)
        self._verdicts: _Remembered[bool] = _Remembered(clock)

    async def status(self, authorization: str, method: str, path: str) -> int:
        """200 for who may, 401 without a valid token, 403 without the right, 500 where it is not
        known because a review failed.
        """
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return 401
        try:
            user = await self._user(token)
            if user is None:
                return 401
            return 200 if await self._may(user, method.lower(), path) else 403
        except ReviewFailedError as error:
            log.error("cannot tell who may read %s: %s", path, error, extra={"path": path})
            return 500

    async def _user(self, token: str) -> UserInfo | None:
        # A digest: the token itself is a secret, and need not be kept.
        key = hashlib.sha256(token.encode()).hexdigest()
        known, user = self._users.get(key)
        if known:
            return user
        review = TokenReview(spec=TokenReviewSpec(token=token))
        status = (await self._asked(lambda: self._client.create(review))).status
        is_known = bool(status.authenticated) and status.user.username != "system:anonymous"
        user = status.user if is_known else None
        self._users.put(key, user, TOKENS_FOR if is_known else DENIED_FOR)
        return user

    async def _may(self, user: UserInfo, verb: str, path: str) -> bool:
        key = repr((user.username, user.uid, user.groups, user.extra, verb, path))
        known, allowed = self._verdicts.get(key)
        if known:
            return bool(allowed)
        review = SubjectAccessReview(
            spec=SubjectAccessReviewSpec(
                user=user.username,
                uid=user.uid,
                groups=user.groups,
                extra=user.extra,
                non_resource_attributes=NonResourceAttributes(path=path, verb=verb),
            )
        )
        allowed = (await self._asked(lambda: self._client.create(review))).status.allowed
        self._verdicts.put(key, allowed, ALLOWED_FOR if allowed else DENIED_FOR)
        return allowed

    async def _asked(self, ask: Callable[[], Awaitable[R]]) -> R:
        """The server's answer, after some tries."""
        pause, last = PAUSE, ""
        for left in reversed(range(TRIES)):
            try:
                async with timeout(self._clock, REVIEW_SECONDS):
                    return await ask()
            except (APIError, TransportError, CredentialsError, TimeoutError) as error:
                last = str(error) or "no answer in time"
            if left:
                await self._clock.sleep(pause * (1 + JITTER * self._random.random()))
                pause *= FACTOR
        raise ReviewFailedError(last)


class _Remembered(Generic[V]):
    """Values by key, each for its time; the oldest go first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def get(self, key: str) -> tuple[bool, V | None]:
        """Whether there is a value, and it."""
        entry = self._values.get(key)
        if entry is None or entry[0] <= self._clock.monotonic():
            return False, None
        return True, entry[1]

    def put(self, key: str, value: V, seconds: float) -> None:
        self._values.pop(key, None)
        self._values[key] = (self._clock.monotonic() + seconds, value)
        if len(self._values) > MOST_REMEMBERED:
            self._values.popitem(last=False)
