"""Extension methods: `+genclient:method=UpdateScale,verb=update,subresource=scale,…`.

Each is a signature and one call into the runtime's resource client, where the verbs are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codegen import naming
from codegen.generators.imports import Imports
from codegen.generators.render import call, signature
from codegen.model import QualifiedName, Struct, Universe
from codegen.tags import facts
from codegen.tags.facts import ExtensionMethod, Verb

if TYPE_CHECKING:
    from codegen.generators.api import Kind
    from codegen.generators.clientset.generate import Flavour

_CLIENT = "kube.client"


@dataclass(frozen=True, slots=True)
class Method:
    signature: str
    doc: str
    body: str


def methods(universe: Universe, kind: Kind, flavour: Flavour, imports: Imports) -> list[Method]:
    """The extension methods of a kind, in the order of their tags."""
    known = kind.struct.references
    return [
        _method(
            universe,
            kind,
            method,
            known.get(method.input, kind.type),
            known.get(method.result, kind.type),
            flavour,
            imports,
        )
        for method in facts.extension_methods(kind.tags)
    ]


def _method(
    universe: Universe,
    kind: Kind,
    method: ExtensionMethod,
    input: QualifiedName,
    result: QualifiedName,
    flavour: Flavour,
    imports: Imports,
) -> Method:
    def options(name: str) -> str:
        return f"**options: {imports.name('typing', 'Unpack')}[{imports.name(_CLIENT, name)}]"

    sub = [f'subresource="{method.subresource}"'] if method.subresource else []
    body = f"body: {imports.type(input)}"
    answer = imports.type(result)
    match method.verb:
        case Verb.GET:
            taken = ["name: str", "*", 'resource_version: str = ""']
            given = ["name", answer, *sub, "resource_version=resource_version"]
        case Verb.CREATE:
            named = ["name: str"] if sub else []
            taken = [*named, body, options("WriteOptions")]
            given = ["body", answer, *(["name=name"] if sub else []), *sub, "**options"]
        case Verb.UPDATE if not sub and _is_object(universe, input):
            taken = [body, options("WriteOptions")]
            given = ["body.metadata.name", "body", answer, "**options"]
        case Verb.UPDATE:
            taken = ["name: str", body, options("WriteOptions")]
            given = ["name", "body", answer, *sub, "**options"]
        case Verb.PATCH:
            patch_type = imports.name(_CLIENT, "PatchType")
            mapping = imports.name("collections.abc", "Mapping")
            sequence = imports.name("collections.abc", "Sequence")
            free = imports.name("typing", "Any")
            struct = imports.name("kube.runtime", "Struct")
            patch = f"{struct} | {mapping}[str, {free}] | {sequence}[{free}] | bytes"
            kind_of_patch = f"patch_type: {patch_type} = {patch_type}.MERGE"
            taken = ["name: str", f"body: {patch}", kind_of_patch, options("WriteOptions")]
            given = ["name", "body", "patch_type", answer, *sub, "**options"]
        case Verb.APPLY:
            mapping = imports.name("collections.abc", "Mapping")
            body += f" | {mapping}[str, {imports.name('typing', 'Any')}]"
            taken = ["name: str", body, "*", "field_manager: str", options("ApplyOptions")]
            given = ["name", "body", answer, "field_manager=field_manager", *sub, "**options"]
        case _:
            answer = _list_of(kind, imports)
            taken = [options("ListingOptions")]
            given = [answer, "**options"]
    name = naming.identifier(naming.snake_case(method.name))
    verb = f"{flavour.awaiting}self._{method.verb}"
    return Method(
        signature(name, ["self", *taken], answer, 4, f"{flavour.keyword}def"),
        _doc(kind, method),
        call(verb, given, 8, "return "),
    )


def _is_object(universe: Universe, name: QualifiedName) -> bool:
    found = universe.types.get(name)
    return isinstance(found, Struct) and found.kind == "object"


def _list_of(kind: Kind, imports: Imports) -> str:
    if kind.list_type is not None:
        return imports.type(kind.list_type)
    return f"{imports.name('kube.runtime', 'ObjectList')}[{imports.type(kind.type)}]"


def _doc(kind: Kind, method: ExtensionMethod) -> str:
    verb = str(method.verb).capitalize()
    if method.subresource:
        return f"{verb} the subresource `{method.subresource}` of a {kind.name}."
    return f"{verb} {kind.plural_name if method.verb is Verb.LIST else f'a {kind.name}'}."
