"""The types of Kubernetes' own API, for schemas that equal theirs.

What `codegen crd` would make of each class of `kube.api` goes the same way as an imported schema,
so two classes are equal when their declarations are. Making their digests takes half a second, so
a project keeps them in its cache.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from codegen import naming, source, stamp
from codegen.diagnostics import Diagnostics
from codegen.generators.crd.flatten import Flattener
from codegen.generators.schema.schemas import Schemas
from codegen.importer.compare import normal_schema
from codegen.importer.declared import (
    Alias,
    Class,
    Declarations,
    Enumeration,
    mapped,
    number_of,
)
from codegen.importer.schemas import Types
from codegen.model import QualifiedName, Scalar, TypeRef

_DISTRIBUTION = Path(__file__).resolve().parents[2]
_LEAST = 2
"""A class of fewer members, without a mark, is equal to others by chance."""
_NEAR = 0.75
"""Two classes are near that have this part of their members in common."""


@dataclass(frozen=True, slots=True)
class Digests:
    """What a class is, `exact` with the descriptions in it and `shape` without; its own in `doc`.

    `members` has the shape of each. `is_marked`: something else than its members sets it apart,
    such as a map type.
    """

    shape: str
    exact: str
    doc: str
    members: Mapping[str, str]
    is_marked: bool = False


class Digester:
    """The digests of the classes of some declarations."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._done: dict[int, Digests] = {}

    def of(self, number: int) -> Digests:
        if number not in self._done:
            self._done[number] = self._made(number)
        return self._done[number]

    def _made(self, number: int) -> Digests:
        declared = self._declarations.get(number)
        tags = [] if isinstance(declared, Enumeration) else sorted(map(str, declared.tags))
        match declared:
            case Class(members, doc=doc):
                shapes, exact = {}, {}
                for m in members:
                    flags = [m.optional, m.nullable, m.factory, sorted(map(str, m.tags))]
                    shapes[m.json_name] = _digest([self._ref(m.type, exact=False), flags])
                    exact[m.json_name] = [self._ref(m.type, exact=True), flags, m.doc]
                return Digests(
                    _digest([tags, shapes]), _digest([tags, exact]), doc, shapes, bool(tags)
                )
            case Alias(target, doc=doc):
                return Digests(
                    _digest([tags, self._ref(target, exact=False)]),
                    _digest([tags, self._ref(target, exact=True)]),
                    doc,
                    {},
                )
            case Enumeration(values):
                return Digests(_digest(values), _digest(values), "", {})

    def _ref(self, ref: TypeRef, *, exact: bool) -> str:
        def digested(part: TypeRef) -> TypeRef:
            number = number_of(part)
            if number is None:
                return part
            inner = self.of(number)
            return Scalar(f"{inner.exact} {inner.doc}" if exact else inner.shape)

        return repr(mapped(ref, digested))


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


class KnownTypes:
    """The classes of `kube.api` by their digests."""

    def __init__(self, types: Mapping[str, Digests]) -> None:
        self.types = types
        self._exact: dict[str, list[str]] = {}
        self._shapes: dict[str, list[str]] = {}
        self._having: dict[str, list[str]] = {}
        for name, digests in sorted(types.items()):
            self._exact.setdefault(digests.exact, []).append(name)
            self._shapes.setdefault(digests.shape, []).append(name)
            for member in digests.members:
                self._having.setdefault(member, []).append(name)

    def equal(
        self, digests: Digests, *, is_described: bool = False, ignore_descriptions: bool = False
    ) -> list[QualifiedName]:
        """The classes that are equal. `is_described`: all uses have descriptions, which replace
        the class's own."""
        if len(digests.members) < _LEAST and not (digests.is_marked and digests.members):
            return []
        if ignore_descriptions:
            found = self._shapes.get(digests.shape, [])
        else:
            found = self._exact.get(digests.exact, [])
            found = [n for n in found if is_described or self.types[n].doc == digests.doc]
        return [_name(name) for name in found]

    def near(self, digests: Digests) -> tuple[QualifiedName, str] | None:
        """The class that differs in least, and how; None where none has much in common."""
        best: tuple[float, str] | None = None
        own = digests.members
        if len(own) <= _LEAST:
            return None
        for name in {name for member in own for name in self._having.get(member, ())}:
            other = self.types[name].members
            alike = sum(own.get(member) == digest for member, digest in other.items())
            share = alike / len(own.keys() | other.keys())
            if share >= _NEAR and (best is None or (-share, name) < best):
                best = (-share, name)
        if best is None:
            return None
        return _name(best[1]), "; ".join(_differences(own, self.types[best[1]].members))


def called(candidates: Sequence[QualifiedName], member: str) -> QualifiedName | None:
    """The one class that a member of this name has; several of one shape are told apart by the
    first word: `secretKeyRef` is a SecretKeySelector."""
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    own = naming.snake_case(member)
    words = {name: naming.snake_case(name.name) for name in candidates}
    same = [name for name, word in words.items() if word == own]
    if not same:
        first = own.partition("_")[0]
        same = [name for name, word in words.items() if word.partition("_")[0] == first]
    return same[0] if len(same) == 1 else None


def _differences(own: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    for text, members in (
        ("only here", own.keys() - other.keys()),
        ("only there", other.keys() - own.keys()),
        ("different", {name for name in own.keys() & other.keys() if own[name] != other[name]}),
    ):
        if members:
            yield f"{text}: {', '.join(sorted(members))}"
    if own == other:
        yield "different: markers of the class"


def _name(text: str) -> QualifiedName:
    module, _, name = text.rpartition(".")
    return QualifiedName(module, name)


def load(cache: Path | None = None) -> KnownTypes:
    """The classes of `kube.api`; from a file of the folder `cache` if that is still true."""
    key = _key()
    place = None if cache is None else cache / "known-types.json"
    if place is not None:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            kept = json.loads(place.read_bytes())
            if kept["key"] == key:
                return KnownTypes({name: Digests(**each) for name, each in kept["types"].items()})
    types = _made(key)
    if place is not None:
        text = json.dumps({"key": key, "types": {n: asdict(each) for n, each in types.items()}})
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            (place.parent / ".gitignore").write_text("*\n")
            place.write_text(text)
    return KnownTypes(types)


def _key() -> str:
    """What the digests depend on: the content of `kube.api`, and the toolchain's files."""
    content = hashlib.blake2b(repr(stamp.toolchain()).encode())
    for path in sorted((_DISTRIBUTION / "kube/api").glob("*/*/types.py")):
        content.update(path.read_bytes())
    return content.hexdigest()


@functools.cache
def _made(key: str) -> dict[str, Digests]:
    """The digests of the classes of `kube.api`, once in a process for each `key`."""
    diagnostics = Diagnostics()
    folders = sorted(
        path.parent.relative_to(_DISTRIBUTION).as_posix()
        for path in (_DISTRIBUTION / "kube/api").glob("*/*/types.py")
    )
    universe = source.read(_DISTRIBUTION, folders, diagnostics)
    schemas = Schemas(
        universe, diagnostics, allow_dangerous_types=True, generate_embedded_object_meta=False
    )
    flattener = Flattener(universe, schemas, diagnostics)
    declarations = Declarations()
    types = Types(declarations, lambda path, why: None)
    digester = Digester(declarations)
    found: dict[str, Digests] = {}
    for package in universe.packages:
        for struct in package.structs():
            if struct.kind != "struct" or flattener.is_broken(struct.name):
                continue
            schema = normal_schema(flattener.named(struct.name))
            number = number_of(types.element(schema, (struct.name.name,)))
            if number is not None and isinstance(declarations.get(number), Class):
                found[f"{package.module}.{struct.name.name}"] = digester.of(number)
    return found
