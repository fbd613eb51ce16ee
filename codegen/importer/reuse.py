"""Which classes of an import are those of `kube.api`, and which nearly are.

A class is one of `kube.api` where the schema is equal, descriptions included unless they are to be
ignored. What is nearly one stays a class of its own, for another release of a type prunes other
members; a note says what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from codegen.importer.declared import Declarations
from codegen.importer.known_types import Digester, Digests, KnownTypes, called
from codegen.importer.names import Path
from codegen.importer.sharing import Kinds, descriptions
from codegen.model import Named, QualifiedName, TypeRef


def _by_length(path: Path) -> tuple[int, Path]:
    return len(path), path


@dataclass(slots=True)
class Reuse:
    """`near` has the paths to the classes that are nearly one of `kube.api`, by it and what
    differs; what differs is empty where only descriptions do."""

    known: KnownTypes
    ignore_descriptions: bool = False
    near: dict[tuple[QualifiedName, str], set[Path]] = field(default_factory=dict)

    def of(self, declarations: Declarations, kinds: Kinds) -> Callable[[int, str], TypeRef | None]:
        """Answers for a declaration and the member that uses it: a class of `kube.api`, if any."""
        texts = descriptions(declarations, kinds)
        digester = Digester(declarations)
        paths = declarations.paths()
        equal = {
            number: self.known.equal(
                digester.of(number),
                is_described=not declared.doc and "" not in texts.get(number, {""}),
                ignore_descriptions=self.ignore_descriptions,
            )
            for number, declared in declarations.classes()
        }
        for number, candidates in equal.items():
            others = [path for path in paths[number] if called(candidates, path[-1]) is None]
            if others:
                self._add_near(digester.of(number), others)

        def chosen(number: int, member: str) -> TypeRef | None:
            name = called(equal.get(number, ()), member)
            return None if name is None else Named(name)

        return chosen

    def _add_near(self, digests: Digests, paths: list[Path]) -> None:
        same = self.known.equal(digests, ignore_descriptions=True)
        nearest = None if same else self.known.near(digests)
        for path in paths:
            name = called(same, path[-1])
            near = nearest if name is None else (name, "")
            if near is not None:
                self.near.setdefault(near, set()).add(path)

    def notes(self) -> Iterator[tuple[str, str]]:
        """What is nearly a class of `kube.api`, and what to do."""
        for (name, difference), paths in sorted(self.near.items()):
            first = ".".join(sorted(paths, key=_by_length)[0])
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            if difference:
                yield (
                    f"{first}{more}: nearly {name}; {difference}",
                    "it stays a class of its own, which keeps what the CRD says",
                )
            else:
                yield (
                    f"{first}{more}: {name} but for descriptions",
                    "--ignore-descriptions imports that class",
                )
