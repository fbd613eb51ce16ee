"""The second path of the decoder, for documents that the strict one refuses but Go accepts.

A newer server sends members that our classes do not know, Go programs send `null` where nothing
is meant, and a stored object may hold a value that an enum no longer lists. None of that may be
lost or hide an object.

The refusal itself tells where the fault is, and from it we learn, class by class, what documents
really hold: members that are not in the class, and members whose value the declared type refuses.
For a class about which something was learned, a *shadow* class is made with those members added or
loosened to raw bytes, and msgspec decodes whole documents through the shadows at its own speed;
only the objects of those classes are then turned into their real class by Python. Walking every
document instead, to look for what is strange in it, costs several times as much.

What is learned is bounded: a class with very many unknown names is decoded member by member.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from kube.runtime.hooks import decode_hook
from kube.runtime.learned import KNOWLEDGE, MAKING
from kube.runtime.shadows import Convert, Shadows

_MOST_ROUNDS = 10_000


class _Compiled(NamedTuple):
    """One value, so that a thread never has the decoder of one version and the conversion of
    another.
    """

    version: int
    decoder: msgspec.json.Decoder[Any]
    convert: Convert | None


class TolerantDecoder:
    """Decodes one root type through shadows; made once a type, remade as more is learned."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.noticed = False
        """Whether the last document really held something that the strict path refuses. A hint:
        another thread may have decoded another one since.
        """
        self._compiled: _Compiled | None = None

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        """Raises msgspec.ValidationError for what Go would not accept either."""
        for _ in range(_MOST_ROUNDS):
            compiled = self._compiled
            if compiled is None or compiled.version != KNOWLEDGE.version:
                compiled = self._compile()
            self.noticed = False
            try:
                found = compiled.decoder.decode(data)
            except msgspec.ValidationError as error:
                known = KNOWLEDGE.learn(self.root, str(error))
                if not known or compiled.version == KNOWLEDGE.version:
                    raise
                continue
            return compiled.convert(found) if compiled.convert else found
        raise msgspec.ValidationError("Object contains too many unknown fields")

    def _compile(self) -> _Compiled:
        with MAKING:
            version = KNOWLEDGE.version
            shadow, convert = Shadows(KNOWLEDGE.classes, self._notice, self._again).of(self.root)
            decoder = msgspec.json.Decoder(shadow, dec_hook=decode_hook)
            self._compiled = compiled = _Compiled(version, decoder, convert)
            return compiled

    def _notice(self) -> None:
        self.noticed = True

    def _again(self, data: bytes, cls: Any) -> Any:
        """An object within an object that is decoded on its own."""
        inner = _inner_decoders.get(cls)
        if inner is None:
            inner = _inner_decoders.setdefault(cls, TolerantDecoder(cls))
        value = inner.decode(data)
        if inner.noticed:
            self._notice()
        return value


_inner_decoders: dict[Any, TolerantDecoder] = {}
