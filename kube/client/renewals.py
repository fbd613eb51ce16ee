"""Renewing credentials on behalf of the requests that wait for them.

`Credentials.renew` blocks: it may run a plugin that waits for a person. Asynchronous requests share
one renewal in a thread, which a cancelled request does not wait for, nor does the program's end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kube.client.credentials import Credentials
from kube.client.waiting import start_in_thread

if TYPE_CHECKING:
    import asyncio


class AsyncRenewals:
    """The renewals of one source of credentials, one at a time."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._running: asyncio.Future[bool] | None = None

    async def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        """See `Credentials.renew`. If a renewal is running, wait for that one."""
        import asyncio

        if self._running is None:
            self._running = start_in_thread(self._credentials.renew, rejected)
            self._running.add_done_callback(self._finished)
        return await asyncio.shield(self._running)

    def _finished(self, renewal: asyncio.Future[bool]) -> None:
        self._running = None
        if not renewal.cancelled():
            renewal.exception()  # retrieved, though every waiting request may be cancelled by now


class Renewals:
    """The renewals of one source of credentials, which has a lock where it needs one."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def renew(self, rejected: Mapping[str, str] | None = None) -> bool:
        """See `Credentials.renew`."""
        return self._credentials.renew(rejected)
