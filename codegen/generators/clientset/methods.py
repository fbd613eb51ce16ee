"""Extension methods: `+genclient:method=UpdateScale,verb=update,subresource=scale,…`.

Each is a signature and one call into the runtime's resource client, where the verbs are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from codegen import naming
from codegen.generators.client_classes import MEMBERS, classes_of
from codegen.generators.imports import Imports
from codegen.generators.render import call, signature
from codegen.model import QualifiedName, Struct, Universe
from codegen.tags.declared import genclient
from codegen.tags.declared.genclient import Verb

if TYPE_CHECKING:
    from codegen.diagnostics import Diagnostics
    from codegen.generators import Context
    from codegen.generators.api import ClientKind
    from codegen.generators.clientset.flavours import Flavour
    from codegen.generators.clientset.twin_names import TwinNames

_CLIENT = "kube.client"
_OTHER_PARAMETERS = frozenset({"self", "name", "field_manager", "options"})


class Method(msgspec.Struct, frozen=True):
    signature: str
    doc: str
    body: str


def methods(
    context: Context, kind: ClientKind, flavour: Flavour, imports: Imports, twins: TwinNames
) -> list[Method]:
    """The extension methods of a kind, in the order of their tags."""
    known = kind.struct.references
    return [
        _method(
            context.universe,
            kind,
            method,
            kind.type if method.input is None else known.get(method.input, kind.type),
            kind.type if method.result is None else known.get(method.result, kind.type),
            flavour,
            imports,
            twins,
        )
        for method in kind.tags.all(genclient.Method)
        if not _is_reserved(context.diagnostics, kind, method)
    ]


def _is_reserved(diagnostics: Diagnostics, kind: ClientKind, method: genclient.Method) -> bool:
    """Whether the method would replace a member of the runtime's client; that is reported."""
    name = _python_name(method)
    owner = next((c for c in classes_of(kind.verbs) if name in MEMBERS[c]), None)
    if owner is None:
        return False
    diagnostics.error(
        method.at(),
        f"the method {method.value} would replace {name}, which every client of {kind.name} has "
        f"from {owner}",
        code="reserved-name",
        hint=f"give it another name, such as {method.value}{kind.name}",
    )
    return True


def _python_name(method: genclient.Method) -> str:
    return naming.identifier(naming.snake_case(method.value))


def _parameter(type_name: QualifiedName) -> str:
    """The name of the parameter that takes an object: its class's, `scale` of Scale."""
    name = naming.identifier(naming.snake_case(type_name.name.rpartition(".")[2]))
    return f"{name}_" if name in _OTHER_PARAMETERS else name


def _method(
    universe: Universe,
    kind: ClientKind,
    method: genclient.Method,
    input: QualifiedName,
    result: QualifiedName,
    flavour: Flavour,
    imports: Imports,
    twins: TwinNames,
) -> Method:
    def options(name: str) -> str:
        return f"**options: {imports.name('typing', 'Unpack')}[{imports.name(_CLIENT, name)}]"

    subresource = [f'subresource="{method.subresource}"'] if method.subresource else []
    sent = _parameter(input)
    body = f"{sent}: {imports.type(input)}" if method.verb is not Verb.APPLY else ""
    answer = imports.type(result)
    match method.verb:
        case Verb.GET:
            parameters = ["name: str", "*", 'resource_version: str = ""']
            arguments = ["name", answer, *subresource, "resource_version=resource_version"]
        case Verb.CREATE:
            parameters = [*(["name: str"] if subresource else []), body, options("WriteOptions")]
            named = ["name=name", *subresource] if subresource else []
            arguments = [sent, answer, *named, "**options"]
        case Verb.UPDATE if not subresource and _is_object(universe, input):
            parameters = [body, options("WriteOptions")]
            arguments = [f"{sent}.metadata.name", sent, answer, "**options"]
        case Verb.UPDATE:
            parameters = ["name: str", body, options("WriteOptions")]
            arguments = ["name", sent, answer, *subresource, "**options"]
        case Verb.PATCH:
            patch_type = imports.name(_CLIENT, "PatchType")
            mapping = imports.name("collections.abc", "Mapping")
            sequence = imports.name("collections.abc", "Sequence")
            free = imports.name("typing", "Any")
            struct = imports.name("kube.runtime", "Struct")
            patch = f"patch: {struct} | {mapping}[str, {free}] | {sequence}[{free}] | bytes"
            kind_of_patch = f"patch_type: {patch_type} = {patch_type}.MERGE"
            parameters = ["name: str", patch, kind_of_patch, options("WriteOptions")]
            arguments = ["name", "patch", "patch_type", answer, *subresource, "**options"]
        case Verb.APPLY:
            mapping = imports.name("collections.abc", "Mapping")
            document = f"{mapping}[str, {imports.name('typing', 'Any')}]"
            twin = twins.of(input)
            body = f"{sent}: {document}" if twin is None else f"{sent}: {twin} | {document}"
            parameters = ["name: str", body, "*", "field_manager: str", options("ApplyOptions")]
            manager = "field_manager=field_manager"
            arguments = ["name", sent, answer, manager, *subresource, "**options"]
        case _:
            answer = _list_of(kind, imports)
            parameters = [options("ListingOptions")]
            arguments = [answer, "**options"]
    verb = f"{flavour.awaiting}self._{method.verb}"
    head = ["self", *parameters]
    return Method(
        signature(_python_name(method), head, answer, 4, f"{flavour.keyword}def"),
        _doc(kind, method),
        call(verb, arguments, 8, "return "),
    )


def _is_object(universe: Universe, name: QualifiedName) -> bool:
    declared = universe.types.get(name)
    return isinstance(declared, Struct) and declared.kind == "object"


def _list_of(kind: ClientKind, imports: Imports) -> str:
    if kind.list_type is not None:
        return imports.type(kind.list_type)
    return f"{imports.name('kube.runtime', 'ObjectList')}[{imports.type(kind.type)}]"


def _doc(kind: ClientKind, method: genclient.Method) -> str:
    verb = str(method.verb).capitalize()
    if method.subresource:
        return f"{verb} the subresource `{method.subresource}` of a {kind.name}."
    return f"{verb} {kind.plural_name if method.verb is Verb.LIST else f'a {kind.name}'}."
