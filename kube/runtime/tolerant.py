"""The second path of the decoder, for documents that the strict one refuses but Go accepts.

A newer server sends members that our classes do not declare, Go programs send `null` for absent
values, and a stored object may have a value that its enum no longer lists. None of that may be lost
or hide an object.

A document that the strict decoder refuses is surveyed once (`survey`): one walk collects, class by
class, the undeclared members and the fields whose values the class refuses. From that we learn,
within bounds (`learned`). For a class about which something was learned, a *shadow* class with room
for it is built (`shadows`). msgspec decodes whole documents through the shadows at its own speed,
and Python converts only the objects of those classes to their real class. Walking every document
instead costs several times as much.

A document with more than was learned is decoded part by part (`lenient`), and each part by the
fastest path that accepts it. So each document costs at most one walk, one rebuilding of shadows and
one slow decode, each linear in its size, and an odd object slows down no other.
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
        self._reach = reach(root)
        self._compiled: _Compiled | None = None

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        """Raises msgspec.ValidationError for documents that Go does not accept either."""
        version = KNOWLEDGE.version
        try:
            return self._through_shadows(data)
        except msgspec.ValidationError:
            pass
        if KNOWLEDGE.learn(survey(self.root, data)) or KNOWLEDGE.version != version:
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
