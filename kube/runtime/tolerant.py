"""The second path of the decoder, for documents that the strict one refuses but Go accepts.

A newer server sends members that our classes do not know, Go programs send `null` where nothing
is meant, and a stored object may hold a value that an enum no longer lists. None of that may be
lost or hide an object.

What strict decoding refuses is surveyed once (`survey`): one walk over the document collects, class
by class, the members that a class does not have and the fields whose values it refuses. From that
we learn, within bounds (`learned`), and for a class about which something was learned a *shadow*
class is made (`shadows`) with room for it. msgspec decodes whole documents through the shadows at
its own speed; only the objects of those classes are then turned into their real class by Python.
Walking every document, to look for what is strange in it, costs several times as much.

A document that holds more than was learned is decoded part by part (`lenient`), the parts through
the faster paths where they fit. So each document costs at most one walk, one rebuilding of shadows
and one slow decode, each linear in its size, and what is odd in one object slows down no other.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import msgspec

from kube.runtime.learned import KNOWLEDGE
from kube.runtime.lenient import decode_by_parts
from kube.runtime.shadows import Convert, Shadows
from kube.runtime.shapes import reach
from kube.runtime.strict import BUILDING, new_decoder
from kube.runtime.survey import survey


class _Compiled(NamedTuple):
    """A decoder and its conversion. One value, so that a thread never combines two versions."""

    version: int
    rounds: int
    decoder: msgspec.json.Decoder[Any]
    convert: Convert | None

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        value = self.decoder.decode(data)
        return self.convert(value) if self.convert else value


class TolerantDecoder:
    """Decodes one root type through shadows, which are rebuilt when more is learned."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.noticed = False
        """Whether the last document had something that the strict path refuses. Only a hint:
        another thread may have decoded another document since.
        """
        self.compilations = 0
        self._reach = reach(root)
        self._compiled: _Compiled | None = None

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        """Raises msgspec.ValidationError for documents that Go does not accept either."""
        try:
            return self._through_shadows(data)
        except msgspec.ValidationError:
            pass
        if KNOWLEDGE.learn(survey(self.root, data)):
            return self.decode_as_known(data)
        return self._by_parts(data)

    def decode_as_known(self, data: bytes | bytearray | memoryview) -> Any:
        """As `decode`, but learns nothing: for parts of a document that was surveyed."""
        try:
            return self._through_shadows(data)
        except msgspec.ValidationError:
            return self._by_parts(data)

    def _through_shadows(self, data: bytes | bytearray | memoryview) -> Any:
        compiled = self._compiled
        if compiled is None or compiled.version != KNOWLEDGE.version:
            compiled = self._current(compiled)
        self.noticed = False
        return compiled.decode(data)

    def _by_parts(self, data: bytes | bytearray | memoryview) -> Any:
        value = decode_by_parts(bytes(data), self.root, self._again_as_known)
        self.noticed = True
        return value

    def _current(self, compiled: _Compiled | None) -> _Compiled:
        """The compiled decoder, rebuilt if a class within the root type has learned since."""
        with BUILDING:
            version, rounds = KNOWLEDGE.version, KNOWLEDGE.rounds(self._reach)
            if compiled is not None and compiled.rounds == rounds:
                compiled = compiled._replace(version=version)
            else:
                shadows = Shadows(KNOWLEDGE.classes, self._notice, self._again)
                shadow, convert = shadows.of(self.root)
                compiled = _Compiled(version, rounds, new_decoder(shadow), convert)
                self.compilations += 1
            self._compiled = compiled
            return compiled

    def _notice(self) -> None:
        self.noticed = True

    def _again(self, data: bytes, cls: Any) -> Any:
        """Decode an object within an object on its own."""
        inner = _inner_decoder(cls)
        value = inner.decode(data)
        if inner.noticed:
            self._notice()
        return value

    def _again_as_known(self, data: bytes, cls: Any) -> Any:
        return _inner_decoder(cls).decode_as_known(data)


@cache
def _inner_decoder(cls: Any) -> TolerantDecoder:
    return TolerantDecoder(cls)
