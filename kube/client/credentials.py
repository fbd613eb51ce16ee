"""Sources of credentials, which identify the user to the server.

A source answers from memory (`headers`) while it can, and returns None when `renew` has to be
called first. `renew` may read files, run programs or call an identity provider, and so may block;
the async client runs it in a thread. No credential appears in a repr, a log line or an error.
"""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Mapping
from typing import Protocol

log = logging.getLogger("kube.client")


class CredentialsError(Exception):
    """No credentials are available; the message says why and what to do, without any secret."""


class Credentials(Protocol):
    def headers(self) -> Mapping[str, str] | None:
        """The headers to send; None where `renew` has to be called first."""
        ...

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        """Get new credentials. Raises `CredentialsError`.

        `rejected` are headers that the server answered with 401. False means that nothing newer is
        available, so that repeating the request would not help.
        """
        ...


class StaticCredentials:
    """Credentials that never change: a bearer token, or a user with a password."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    @classmethod
    def token(cls, token: str) -> StaticCredentials:
        return cls({"authorization": f"Bearer {token}"})

    @classmethod
    def basic(cls, username: str, password: str) -> StaticCredentials:
        pair = base64.b64encode(f"{username}:{password}".encode()).decode()
        return cls({"authorization": f"Basic {pair}"})

    @classmethod
    def anonymous(cls) -> StaticCredentials:
        return cls({})

    def headers(self) -> Mapping[str, str]:
        return self._headers

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        return False


TOKEN_READ_EVERY = 60.0
"""Seconds for which a token from a file is used before the file is read again, as in client-go."""


class TokenFileCredentials:
    """A bearer token in a file that another program renews, as for a pod's service account."""

    def __init__(self, path: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._read_at = 0.0
        self._headers: dict[str, str] | None = None

    def headers(self) -> Mapping[str, str] | None:
        if self._clock() - self._read_at >= TOKEN_READ_EVERY:
            return None
        return self._headers

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        self._read_at = self._clock()
        try:
            with open(self._path, encoding="utf-8") as file:
                token = file.read().strip()
        except OSError as error:
            if self._headers is not None and rejected is None:
                # The server may accept the old token until the file is back.
                log.warning(
                    "cannot read the token file %s: %s",
                    self._path,
                    error.strerror,
                    extra={"path": self._path},
                )
                return False
            raise CredentialsError(
                f"cannot read the token file {self._path}: {error.strerror}"
            ) from None
        if not token:
            raise CredentialsError(f"the token file {self._path} is empty")
        self._headers = {"authorization": f"Bearer {token}"}
        return self._headers != rejected
