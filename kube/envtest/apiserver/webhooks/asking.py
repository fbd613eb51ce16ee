"""The webhooks of one write, by whomever it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.webhooks.concern import concerns
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.webhooks.admission import Admission

_OPTIONS = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}
_VERBS = {"CREATE": "create", "UPDATE": "update", "DELETE": "delete"}


def admission(
    state: State,
    resource: ServerResource,
    *,
    operation: str,
    namespace: str,
    name: str,
    user: Tree,
    subresource: str = "",
    options: Tree | None = None,
    is_dry_run: bool = False,
    other_kind: Tree | None = None,
    internal: Callable[[Tree], Tree],
    warnings: list[str] | None = None,
) -> Admission | None:
    """The admission of a write; None where no webhooks are configured.

    `internal` brings an object that a webhook has changed into stored form. `options` are members
    of the write's options, and `warnings` takes what webhooks warn of.
    """
    if not concerns(state, resource, _VERBS[operation]):
        return None
    # What calls webhooks needs a client, which a server without them does not.
    from kube.envtest.apiserver.webhooks.admission import Admission
    from kube.envtest.apiserver.webhooks.matching import Subject

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
    return Admission(
        state=state,
        subject=subject,
        request={"userInfo": user, "dryRun": is_dry_run, "options": {**kind, **(options or {})}},
        key=(namespace, name),
        storage=resource.storage,
        external=(lambda tree: tree) if whole else resource.external,
        internal=(lambda tree: tree) if whole else internal,
        convert=resource.converter.convert if resource.converter is not None else None,
        warnings=warnings if warnings is not None else [],
    )
