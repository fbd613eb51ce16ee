"""What a write's webhooks are to know of its request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kube.envtest.apiserver.authorization import users
from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.requests import admission
from kube.envtest.apiserver.webhooks.concern import concerns
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.requests.verbs import Call
    from kube.envtest.apiserver.webhooks.admission import Admission

_OPTIONS = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}


def of(call: Call, operation: str, name: str, other_kind: Tree | None = None) -> Admission | None:
    """The admission of a write; None where no webhooks are configured."""
    route, state, resource = call.route, call.state, call.resource
    if not concerns(state, resource, route.verb):
        return None
    # What calls webhooks needs a client, which a server without them does not.
    from kube.envtest.apiserver.webhooks.admission import Admission
    from kube.envtest.apiserver.webhooks.matching import Subject

    is_namespace = resource.storage == NAMESPACES
    versions = state.registry.groups().get(resource.group, ())
    registry = state.registry
    subject = Subject(
        operation=operation,
        group=resource.group,
        version=resource.version,
        plural=resource.plural,
        subresource=route.subresource,
        kind=resource.kind,
        namespace=name if is_namespace else route.namespace,
        name=name,
        versions=[v for v in versions if registry.find(resource.group, v, resource.plural)],
        namespaced=resource.namespaced,
        is_namespace=is_namespace,
        other_kind=other_kind,
    )
    whole = other_kind is not None
    return Admission(
        state=state,
        subject=subject,
        request=_shared(call, operation),
        key=call.target.key(name),
        storage=resource.storage,
        external=(lambda tree: tree) if whole else call.external,
        internal=(lambda tree: tree) if whole else call.internal,
        convert=resource.converter.convert if resource.converter is not None else None,
        warnings=call.warnings,
    )


def _shared(call: Call, operation: str) -> Tree:
    query = call.query
    options: Tree = {"kind": _OPTIONS[operation], "apiVersion": "meta.k8s.io/v1"}
    dry_run = query.all("dryRun")
    if dry_run:
        options["dryRun"] = dry_run
    for member in ("fieldManager", "fieldValidation"):
        if query.text(member):
            options[member] = query.text(member)
    is_dry = admission.dry_run(dry_run, call.route.verb)
    return {"userInfo": users.of(call.request.headers).tree(), "dryRun": is_dry, "options": options}
