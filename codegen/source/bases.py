"""What classes are by their bases: Structs, enums or neither, and which type variables they have.

Only the heads of classes are read here, so that the kind of a class is known before it, or anything
that it refers to, is read whole.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from enum import Enum

import msgspec

from codegen.diagnostics import Diagnostics
from codegen.model import TypeRef
from codegen.source import aliases, known
from codegen.source.modules import Declared, Entity, Known, Loader, Missing, nested
from codegen.source.scope import Scope

_LONGEST_CHAIN = 20  # aliases of aliases


class Family(Enum):
    """What a class is. UNKNOWN: it could not be determined, and a diagnostic says why."""

    STRUCT = "struct"
    OPEN_ENUM = "open enum"
    ENUM = "enum"
    PLAIN = "plain class"
    UNKNOWN = "unknown"


_BY_PRECEDENCE = (Family.UNKNOWN, Family.STRUCT, Family.OPEN_ENUM, Family.ENUM)
_API_TYPES = (Family.STRUCT, Family.OPEN_ENUM, Family.ENUM)


class Base(msgspec.Struct, frozen=True):
    """One base of a class, with aliases followed: what it names, and the arguments it is given.

    `node` is the base as the class writes it; `scope` is where the arguments' names are looked up.
    """

    node: ast.expr
    name: ast.expr
    entity: Entity | None
    arguments: Sequence[ast.expr]
    scope: Scope


class Classes:
    """The families of the classes asked for so far."""

    def __init__(self, loader: Loader, diagnostics: Diagnostics) -> None:
        self._loader = loader
        self._diagnostics = diagnostics
        self._families: dict[tuple[str, str], Family] = {}

    def scope(
        self, declared: Declared, arguments: Sequence[TypeRef] = (), *, outside: bool = False
    ) -> Scope:
        """The scope of a class's body; `outside`, that of its bases."""
        node = declared.definition.node
        outer, _, _ = declared.name.rpartition(".")
        parameters = self.parameters(declared) if arguments else ()
        return Scope(
            self._loader,
            self._diagnostics,
            declared.module,
            outer if outside else declared.name,
            nested(node) if isinstance(node, ast.ClassDef) and not outside else {},
            dict(zip(parameters, arguments, strict=False)),
        )

    def module_scope(self, declared: Declared) -> Scope:
        return Scope(self._loader, self._diagnostics, declared.module)

    # --- families -----------------------------------------------------------------------------

    def is_api_type(self, declared: Declared) -> bool:
        return self.family(declared) in _API_TYPES

    def family(self, declared: Declared) -> Family:
        if declared.key in self._families:
            return self._families[declared.key]
        self._families[declared.key] = Family.UNKNOWN  # what a cycle of bases meets
        bases = list(self.bases(declared))
        families = {self._family_of_base(declared, base) for base in bases}
        family = next((f for f in _BY_PRECEDENCE if f in families), Family.PLAIN)
        self._families[declared.key] = family
        if family is Family.STRUCT:
            self._report_bad_bases(declared, bases)
        return family

    def bases(self, declared: Declared, scope: Scope | None = None) -> Iterator[Base]:
        """The bases of a class in order; `scope` is that of its head, if not the plain one."""
        node = declared.definition.node
        if isinstance(node, ast.ClassDef):
            scope = scope or self.scope(declared, outside=True)
            for base in node.bases:
                yield self._base(scope, base)

    def _base(self, scope: Scope, node: ast.expr) -> Base:
        written = node
        name, arguments = _split(node)
        entity = scope.entity(name)
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(entity, Declared) or isinstance(entity.definition.node, ast.ClassDef):
                break
            inside = scope.of_module(entity.module)
            followed = aliases.target(inside, entity)
            is_new_type = isinstance(getattr(entity.definition.node, "value", None), ast.Call)
            if followed is None or is_new_type:
                break
            following, more = _split(followed)
            behind = inside.entity(following)
            if behind is None or (more and arguments):
                break
            name, entity = following, behind
            if more:
                scope, arguments = inside, more
        return Base(written, name, entity, arguments, scope)

    def _family_of_base(self, declared: Declared, base: Base) -> Family:
        scope = self.scope(declared, outside=True)
        match base.entity:
            case Known(known.STRUCT):
                return Family.STRUCT
            case Known(known.OPEN_ENUM):
                return Family.OPEN_ENUM
            case Known(name) if name in known.CLOSED_ENUMS:
                return Family.ENUM
            case Declared() as other if isinstance(other.definition.node, ast.ClassDef):
                if self._families.get(other.key) is not Family.UNKNOWN:
                    return self.family(other)
                if other.key == declared.key or self._derives(other, declared):
                    scope.error(
                        base.node,
                        f"{declared.name} derives from itself",
                        code="circular-inheritance",
                        hint="break the cycle of base classes",
                    )
                return Family.UNKNOWN
            case Missing() as missing:
                scope.report_missing(base.name, missing)
                return Family.UNKNOWN
        return Family.PLAIN

    def _derives(self, declared: Declared, ancestor: Declared) -> bool:
        """Whether a chain of bases leads from one class to another."""
        visited: set[tuple[str, str]] = set()
        waiting = [declared]
        while waiting:
            current = waiting.pop()
            if current.key == ancestor.key:
                return True
            if current.key not in visited:
                visited.add(current.key)
                entities = (base.entity for base in self.bases(current))
                waiting += [entity for entity in entities if isinstance(entity, Declared)]
        return False

    def _report_bad_bases(self, declared: Declared, bases: Sequence[Base]) -> None:
        """What Python refuses of the bases of a Struct when the module is imported."""
        scope = self.scope(declared, outside=True)
        earlier: set[tuple[str, str]] = set()
        for base in bases:
            if isinstance(base.entity, Known) and base.entity.name in known.NOT_BASES_OF_STRUCTS:
                scope.error(
                    base.node,
                    f"{declared.name} cannot derive from {ast.unparse(base.node)}, which is not "
                    "a Struct",
                    code="base-conflict",
                    hint="remove it, or make it the type of a field",
                )
            if not isinstance(base.entity, Declared):
                continue
            body = base.entity.definition.node
            if not isinstance(body, ast.ClassDef):
                scope.error(
                    base.node,
                    f"{declared.name} cannot derive from {ast.unparse(base.node)}, which is not "
                    "a class",
                    code="base-conflict",
                    hint="derive it from a class, or from an alias of one",
                )
            elif base.entity.key in earlier:
                scope.error(
                    base.node,
                    f"{declared.name} derives from {base.entity.name} twice",
                    code="base-conflict",
                    hint="remove one of the two bases",
                )
            elif self.family(base.entity) in (Family.ENUM, Family.OPEN_ENUM):
                scope.error(
                    base.node,
                    f"{declared.name} cannot derive from {base.entity.name}, which is an enum",
                    code="base-conflict",
                    hint="remove it, or make it the type of a field",
                )
            elif self.family(base.entity) is Family.PLAIN and not _has_slots(body):
                scope.error(
                    base.node,
                    f"{declared.name} cannot derive from {base.entity.name}, which is not a Struct",
                    code="base-conflict",
                    hint=f"derive {base.entity.name} from Struct, or give it __slots__ = ()",
                )
            earlier.add(base.entity.key)

    # --- type variables -----------------------------------------------------------------------

    def parameters(self, declared: Declared) -> tuple[str, ...]:
        """The type variables of a class, as `Generic[T]` lists them or its bases use them."""
        node = declared.definition.node
        if not isinstance(node, ast.ClassDef):
            return ()
        listed: list[str] = []
        used: list[str] = []
        scope: Scope | None = None
        for base in node.bases:
            if not isinstance(base, ast.Subscript):
                continue
            scope = scope or self.scope(declared, outside=True)
            names = listed if scope.known(base.value) == known.GENERIC else used
            for part in ast.walk(base.slice):
                if isinstance(part, ast.Name):
                    entity = scope.entity(part)
                    if isinstance(entity, Declared) and scope.is_type_variable(entity):
                        names.append(entity.name)
        return tuple(dict.fromkeys(listed or used))


def _split(node: ast.expr) -> tuple[ast.expr, Sequence[ast.expr]]:
    """`Page[A, B]` as `Page` and its arguments."""
    if not isinstance(node, ast.Subscript):
        return node, ()
    inner = node.slice
    return node.value, inner.elts if isinstance(inner, ast.Tuple) else [inner]


def _has_slots(body: ast.ClassDef) -> bool:
    """Whether objects of a plain class have no `__dict__`, so that a Struct may derive from it."""
    targets = (t for s in body.body if isinstance(s, ast.Assign) for t in s.targets)
    return any(isinstance(t, ast.Name) and t.id == "__slots__" for t in targets)
