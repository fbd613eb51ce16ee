"""Which types have a twin: what a request to apply can contain.

The roots are upstream's: kinds whose client can apply, or apply the status, and what extension
methods with the verb apply take. A type with `+k8s:applyconfiguration-gen=true` is a root as well,
and each kind of a package with it. From there, everything that fields and base classes name.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.generators import Context
from codegen.generators.applyconfiguration.homes import Homes
from codegen.model import Alias, Field, Named, Package, Position, Struct, TypeRef, Universe, walk
from codegen.tags import facts
from codegen.tags.declared import genclient
from codegen.tags.declared.genclient import Verb
from codegen.tags.declared.package import AcGenerate, ApplyConfigurationGen

_OBJECT_META = "kube.runtime.metadata.types.ObjectMeta"
_MISSING = "has no apply configuration"
_NOT_APPLIED = frozenset({"managedFields", "selfLink"})


def can_apply(struct: Struct, package: Package) -> bool:
    """Whether a kind has an apply configuration on account of its client."""
    if struct.kind != "object" or not facts.has_client(struct.tags):
        return False
    if not facts.generator_enabled(ApplyConfigurationGen, struct.tags, package.tags):
        return False
    return genclient.NoVerbs in struct.tags or bool(facts.verbs(struct.tags) & facts.APPLY_VERBS)


def reachable(context: Context, homes: Homes) -> list[Struct]:
    """The structs that get a twin in this project's tree, each once, in the order of their names.

    A field whose type has no twin anywhere is reported.
    """
    todo = [root for root in _roots(context, homes) if homes.is_ours(homes.of(root.name))]
    found: dict[str, Struct] = {}
    while todo:
        struct = todo.pop()
        if str(struct.name) in found:
            continue
        found[str(struct.name)] = struct
        bases = [context.universe.types.get(base) for base in struct.bases]
        todo += [
            base for base in bases if isinstance(base, Struct) and is_inherited(struct, base, homes)
        ]
        for field in applied_fields(struct):
            for inner in structs_in(context.universe, field.type):
                home = homes.of(inner.name)
                if homes.is_ours(home):
                    todo.append(inner)
                elif home is None:
                    user = f"{struct.name.name}.{field.name}"
                    message = f"{inner.name}, which {user} is made of, {_MISSING}"
                    _report(context, field.position, message, inner)
    return sorted(found.values(), key=lambda struct: struct.name)


def is_inherited(struct: Struct, base: Struct, homes: Homes) -> bool:
    """Whether a twin derives from the twin of a base; else it repeats the base's fields.

    The twins of one module do. A kind's twin names its kind, and so derives from no other.
    """
    return (
        struct.kind != "object"
        and base.kind == "struct"
        and not base.parameters
        and base.generic_of is None
        and homes.is_ours(homes.of(base.name))
        and homes.of(base.name) == homes.of(struct.name)
    )


def applied_fields(struct: Struct) -> Iterator[Field]:
    """The fields that a twin has, inherited ones included."""
    for field in struct.fields:
        if field.name.startswith("ZZZ_"):
            continue  # fields that are to be removed, as upstream
        if str(struct.name) == _OBJECT_META and field.json_name in _NOT_APPLIED:
            continue
        yield field


def structs_in(universe: Universe, ref: TypeRef) -> Iterator[Struct]:
    """The structs that a type is made of, aliases followed."""
    for part in walk(ref):
        if not isinstance(part, Named):
            continue
        declared = universe.types[part.name]
        if isinstance(declared, Struct):
            yield declared
        elif isinstance(declared, Alias):
            yield from structs_in(universe, declared.target)


def _roots(context: Context, homes: Homes) -> Iterator[Struct]:
    for package in context.universe.packages:
        for struct in package.structs():
            if struct.parameters or struct.generic_of is not None or struct.kind == "list":
                continue
            if _is_asked_for(struct, package):
                yield struct
            if package.internal:
                continue
            if can_apply(struct, package):
                yield struct
            for method in struct.tags.all(genclient.Method):
                sent = applied_by(context.universe, struct, method)
                if sent is not None and homes.of(sent.name) is None:
                    message = f"{sent.name}, which {method.value} applies, {_MISSING}"
                    _report(context, method.at("input"), message, sent)
                elif sent is not None:
                    yield sent


def _is_asked_for(struct: Struct, package: Package) -> bool:
    """Whether tags ask for a twin, whatever clients there are."""
    for tags in (struct.tags, *([package.tags] if struct.kind == "object" else [])):
        tag = tags.get(ApplyConfigurationGen) or tags.get(AcGenerate)
        if tag is not None:
            return tag.value
    return False


def applied_by(universe: Universe, struct: Struct, method: genclient.Method) -> Struct | None:
    """What an extension method applies, if that is not the kind itself."""
    if method.verb is not Verb.APPLY or method.input is None:
        return None
    name = struct.references.get(method.input)
    sent = None if name is None else universe.types.get(name)
    return sent if isinstance(sent, Struct) else None


def _report(context: Context, position: Position, message: str, missing: Struct) -> None:
    context.diagnostics.error(
        position,
        message,
        hint="add its package to the input, or the module that has it to "
        f'[tool.codegen.applyconfiguration]: external-applyconfigurations = {{ "{missing.name}" = '
        '"<module>" }',
        code="missing-apply-configuration",
    )
