"""The arguments of `field(…)` besides the default."""

from __future__ import annotations

import ast

from codegen import naming
from codegen.source import known, values
from codegen.source.scope import Scope


def json_name(scope: Scope, node: ast.AnnAssign, name: str) -> str:
    """The name in JSON: camelCase, or the argument of `field(name=…)`."""
    value = node.value
    if isinstance(value, ast.Call) and scope.known(value.func) == known.FIELD_FUNCTION:
        for positional in value.args:
            scope.error(
                positional,
                "field() takes keyword arguments only",
                code="bad-field",
                hint="write field(default=…), field(default_factory=…) or field(name=…)",
            )
        for keyword in value.keywords:
            if keyword.arg not in ("default", "default_factory", "name"):
                scope.error(
                    keyword.value,
                    f"field() has no argument {keyword.arg or '**'}",
                    code="bad-field",
                    hint="it takes default, default_factory and name",
                )
            if keyword.arg == "name":
                return _literal_name(scope, keyword.value) or naming.camel_case(name)
    camel_case = naming.camel_case(name)
    if naming.is_misspelt(name):
        conventional = naming.with_acronyms(name)
        scope.diagnostics.warning(
            scope.position(node),
            f"the JSON name of {name} is {camel_case}, which Kubernetes would write {conventional}",
            code="acronym",
            hint=f'write field(name="{conventional}"), or field(name="{camel_case}") to keep it',
        )
    return camel_case


def _literal_name(scope: Scope, node: ast.expr) -> str:
    try:
        name = values.literal(scope, node)
    except values.Unknown:
        name = None
    if isinstance(name, str) and name:
        return name
    if not (isinstance(node, ast.Constant) and node.value is None):
        scope.error(
            node,
            "the JSON name must be a string literal",
            code="bad-field",
            hint='write field(name="…")',
        )
    return ""
