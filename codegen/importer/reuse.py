"""Which classes of an import are those of `kube.api`, and which nearly are.

A class is one of `kube.api` where the schema is equal, descriptions included unless they are to be
ignored. What is nearly one stays a class of its own, for another release of a type prunes other
members; a note says what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from codegen.importer.declared import Declarations
from codegen.importer.known_types import Digester, KnownTypes
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

    def of(self, declarations: Declarations, kinds: Kinds) -> dict[int, TypeRef]:
        """The classes of `kube.api` that stand for some of these declarations."""
        texts = descriptions(declarations, kinds)
        digester = Digester(declarations)
        paths = declarations.paths()
        found: dict[int, TypeRef] = {}
        for number, declared in declarations.classes():
            name = self.known.equal(
                digester.of(number),
                paths[number],
                is_described=not declared.doc and "" not in texts.get(number, {""}),
                ignore_descriptions=self.ignore_descriptions,
            )
            if name is not None:
                found[number] = Named(name)
        for number, _ in declarations.classes():
            if number not in found and (near := self._near(digester, number, paths[number])):
                self.near.setdefault(near, set()).update(paths[number])
        return found

    def _near(
        self, digester: Digester, number: int, paths: set[Path]
    ) -> tuple[QualifiedName, str] | None:
        digests = digester.of(number)
        same = self.known.equal(digests, paths, ignore_descriptions=True)
        return (same, "") if same is not None else self.known.near(digests)

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
