"""The two flavours of a client, synchronous and asynchronous."""

from __future__ import annotations

import msgspec


class Flavour(msgspec.Struct, frozen=True):
    """Sync or async: what names, files and methods begin with."""

    prefix: str
    file_prefix: str
    keyword: str
    awaiting: str

    @property
    def is_async(self) -> bool:
        return bool(self.prefix)


SYNC = Flavour("", "", "", "")
ASYNC = Flavour("Async", "async_", "async ", "await ")
