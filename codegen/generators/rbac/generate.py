"""`config/rbac/role.yaml`: what the `+kubebuilder:rbac` markers of the input grant.

Markers may stand anywhere in the modules. The rules are merged and put in order as controller-gen
does; a rule that the server would refuse is an error at its marker. `keep-empty` is for a
kustomization, which names the file and cannot be built without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.generators import Artifact, Context
from codegen.generators.manifest import manifest
from codegen.generators.rbac import Options
from codegen.generators.rbac.calls import check_calls
from codegen.generators.rbac.rules import Rule, merged, read
from codegen.generators.tagged import everywhere
from codegen.tags.declared.rbac import Rbac


def generate(context: Context) -> Iterator[Artifact]:
    settings, options = context.settings, context.settings.of(Options)
    roles: dict[tuple[str, str], list[Rule]] = {}
    rules = [
        rule
        for tag in everywhere(context.universe, Rbac)
        if (rule := read(tag, context.diagnostics)) is not None
    ]
    for rule in rules:
        # A Role cannot grant URLs.
        namespace = rule.namespace or ("" if rule.urls else options.namespace)
        roles.setdefault((namespace, rule.role_name or options.role_name), []).append(rule)
    if options.keep_empty:
        roles.setdefault((options.namespace, options.role_name), [])
    if options.check_calls:
        check_calls(context, rules)
    if roles:
        documents = [_role(*key, roles[key]) for key in sorted(roles)]
        yield manifest(settings, "rbac", f"{options.output_dir}/role.yaml", documents)


def _role(namespace: str, name: str, rules: list[Rule]) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role" if namespace else "ClusterRole",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "rules": [rule.to_policy() for rule in merged(rules)],
    }
