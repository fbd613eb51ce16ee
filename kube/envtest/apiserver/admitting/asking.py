"""The webhooks and the policies of one write, by whomever it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kube.envtest.apiserver.dynamic.concern import concerns, concerns_policies, has_mutations
from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.admitting.hooks import Hooks

_OPTIONS = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}
_VERBS = {"CREATE": "create", "UPDATE": "update", "DELETE": "delete"}


def hooks(
    state: State,
    resource: ServerResource,
    *,
    operation: str,
    namespace: str,
    name: str,
    key: tuple[str, str] | None = None,
    user: Tree,
    subresource: str = "",
    options: Tree | None = None,
    is_dry_run: bool = False,
    other_kind: Tree | None = None,
    internal: Callable[[Tree], Tree],
    warnings: list[str] | None = None,
    deadline: float | None = None,
) -> Hooks | None:
    """Those of a write; None where none are configured.

    `key` is the stored object's where a request does not name it, as for one of a collection.
    `internal` brings an object that a webhook has changed into stored form. `options` are members
    of the write's options, `warnings` takes what webhooks warn of, and by the `deadline` (of
    `time.monotonic`) they have to have answered.
    """
    verb = _VERBS[operation]
    by_webhooks = concerns(state, resource, verb)
    by_policies = concerns_policies(state, resource, verb)
    if not by_webhooks and not by_policies:
        return None
    from kube.envtest.apiserver.admitting.hooks import Hooks
    from kube.envtest.apiserver.dynamic.attributes import Attributes
    from kube.envtest.apiserver.dynamic.subject import Subject

    is_namespace = resource.storage == NAMESPACES
    registry = state.registry
    versions = registry.groups().get(resource.group, ())
    subject = Subject(
        operation=operation,
        group=resource.group,
        version=resource.version,
        plural=resource.plural,
        subresource=subresource,
        kind=resource.kind,
        namespace=name if is_namespace else namespace,
        name=name,
        versions=[v for v in versions if registry.find(resource.group, v, resource.plural)],
        namespaced=resource.namespaced,
        is_namespace=is_namespace,
        other_kind=other_kind,
    )
    kind = {"kind": _OPTIONS[operation], "apiVersion": "meta.k8s.io/v1"}
    whole = other_kind is not None
    attributes = Attributes(
        state=state,
        subject=subject,
        request={"userInfo": user, "dryRun": is_dry_run, "options": {**kind, **(options or {})}},
        external=(lambda tree: tree) if whole else resource.external,
        internal=(lambda tree: tree) if whole else internal,
        convert=resource.converter.convert if resource.converter is not None else None,
        warnings=warnings if warnings is not None else [],
        deadline=deadline,
    )
    of_webhooks = None
    if by_webhooks:
        # What calls webhooks needs a client, which a server without them does not.
        from kube.envtest.apiserver.webhooks.admission import Admission

        of_webhooks = Admission(attributes, key or (namespace, name), resource.storage)
    mutations = None
    if by_policies and has_mutations(state) and other_kind is None:
        from kube.envtest.apiserver.policies.mutating import Mutations

        mutations = Mutations(attributes, resource)
    return Hooks(attributes, of_webhooks, mutations, has_policies=by_policies)
