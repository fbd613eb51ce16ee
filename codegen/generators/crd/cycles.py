"""Types that contain themselves, which a schema without references cannot express.

A cycle is cut where a field, or the class that it refers to, keeps unknown fields
(`+kubebuilder:pruning:PreserveUnknownFields`), and by `+kubebuilder:validation:Schemaless`, which
hides the type altogether. Any other is an error at one of its fields.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import Diagnostics
from codegen.model import (
    Alias,
    Field,
    Named,
    QualifiedName,
    Struct,
    Tags,
    TypeRef,
    Universe,
    walk,
)
from codegen.tags.declaration import ForElements
from codegen.tags.declared import validation

_PRESERVING = (validation.PruningPreserveUnknownFields, validation.XPreserveUnknownFields)

_Edge = tuple[QualifiedName, Field]


def _preserves(tags: Tags) -> bool:
    of_elements = (outer.tag for outer in tags.all(ForElements))
    return any(isinstance(tag, _PRESERVING) for tag in (*tags, *of_elements))


class Cycles:
    """Which fields lead back to the class that declares them."""

    def __init__(self, universe: Universe, diagnostics: Diagnostics) -> None:
        self._universe = universe
        self._edges = {
            name: [
                (target, field)
                for field in declared.fields
                if validation.Schemaless not in field.tags
                for target in self._targets(field.type)
            ]
            for name, declared in universe.types.items()
            if isinstance(declared, Struct)
        }
        self._components = _components(self._edges)
        self._broken = self._find_broken()
        self._diagnostics = diagnostics

    def is_cut(self, owner: QualifiedName, field: Field) -> bool:
        """Whether any value stands for what the field refers to."""
        home = self._components.get(owner)
        return any(
            self._components.get(target) == home and self._is_marked(target, field)
            for target in self._targets(field.type)
            if self._is_cyclic(owner, target)
        )

    def is_broken(self, name: QualifiedName) -> bool:
        """Whether a type reaches a cycle that nothing cuts; each is reported where it closes."""
        waiting, reached, broken = [name], {name}, False
        while waiting:
            current = waiting.pop()
            for cycle in self._broken.get(current, ()):
                self._report(cycle)
                broken = True
            for target, _ in self._edges.get(current, ()):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return broken

    def _is_cyclic(self, owner: QualifiedName, target: QualifiedName) -> bool:
        return self._components.get(owner) == self._components.get(target)

    def _is_marked(self, target: QualifiedName, field: Field) -> bool:
        declared = self._universe.types.get(target)
        return _preserves(field.tags) or (
            isinstance(declared, Struct) and _preserves(declared.tags)
        )

    def _find_broken(self) -> dict[QualifiedName, list[list[_Edge]]]:
        """The cycles that are left without the edges that are cut, by the type they begin at."""
        left = {
            name: [
                (target, field)
                for target, field in edges
                if not (self._is_cyclic(name, target) and self._is_marked(target, field))
            ]
            for name, edges in self._edges.items()
        }
        cycles: dict[QualifiedName, list[list[_Edge]]] = {}
        reported: set[int] = set()
        components = _components(left)
        for name in left:
            path = _way_back(left, name) if components[name] not in reported else None
            if path:
                reported.add(components[name])
                cycles[name] = [path]
        return cycles

    def _report(self, cycle: list[_Edge]) -> None:
        start = cycle[-1][0]
        steps = " → ".join(
            f"{owner.name}.{field.name}"
            for owner, (_, field) in zip(
                [start, *(target for target, _ in cycle)], cycle, strict=False
            )
        )
        self._diagnostics.error(
            cycle[-1][1].position,
            f"{start.name} contains itself: {steps} → {start.name}",
            code="circular-schema",
            hint="a CRD's schema cannot express cycles: put "
            "+kubebuilder:pruning:PreserveUnknownFields or +kubebuilder:validation:Schemaless "
            "above a field of the cycle",
        )

    def _targets(self, ref: TypeRef) -> Iterator[QualifiedName]:
        """The classes that a type mentions."""
        for each in walk(ref):
            declared = self._universe.types.get(each.name) if isinstance(each, Named) else None
            if isinstance(declared, Struct):
                yield declared.name
            elif isinstance(declared, Alias):
                yield from self._targets(declared.target)


def _way_back(edges: dict[QualifiedName, list[_Edge]], start: QualifiedName) -> list[_Edge] | None:
    """The shortest way from a type to itself."""
    paths: list[tuple[QualifiedName, list[_Edge]]] = [(start, [])]
    reached: set[QualifiedName] = set()
    for name, path in paths:  # grows while it is walked
        for target, field in edges.get(name, ()):
            if target == start:
                return [*path, (target, field)]
            if target not in reached:
                reached.add(target)
                paths.append((target, [*path, (target, field)]))
    return None


def _components(edges: dict[QualifiedName, list[_Edge]]) -> dict[QualifiedName, int]:
    """Tarjan's strongly connected components, without recursion: a number for each type."""
    order: dict[QualifiedName, int] = {}
    low: dict[QualifiedName, int] = {}
    components: dict[QualifiedName, int] = {}
    stack: list[QualifiedName] = []
    for root in edges:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        stack.append(root)
        work = [(root, iter(edges[root]))]
        while work:
            name, rest = work[-1]
            for target, _ in rest:
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    work.append((target, iter(edges.get(target, ()))))
                    break
                if target not in components:
                    low[name] = min(low[name], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    number = len(order) + len(components)
                    member = None
                    while member != name:
                        member = stack.pop()
                        components[member] = number
    return components
