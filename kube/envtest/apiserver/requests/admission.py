"""What a request must satisfy before anything is written: kind, name, fields, options."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kube.client.transport import Request
from kube.envtest.apiserver import status
from kube.envtest.apiserver.apply import typing
from kube.envtest.apiserver.kinds import DEFINITIONS, NAMESPACES
from kube.envtest.apiserver.requests import typed_documents, wire
from kube.envtest.apiserver.requests.routing import Query, Route
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.schemas.reading import Empties
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import embedded, writes
from kube.envtest.apiserver.storage import metadata as meta
from kube.runtime.trees import Tree, copied

_OPTIONS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}


def dry_run(values: list[str], verb: str) -> bool:
    """Whether the request is a dry run; raises StatusError 422."""
    if not values:
        return False
    if any(value != "All" for value in values):
        cause = status.not_supported("dryRun", values, ("All",))
        raise status.invalid("meta.k8s.io", _OPTIONS.get(verb, "DeleteOptions"), "", [cause])
    return True


def field_validation(query: Query, verb: str) -> str:
    """Strict, Warn or Ignore; Warn by default. Raises StatusError 422."""
    mode = query.text("fieldValidation") or "Warn"
    if mode not in ("Strict", "Warn", "Ignore"):
        supported = ("", "Ignore", "Strict", "Warn")
        cause = status.not_supported("fieldValidation", mode, supported)
        raise status.invalid("meta.k8s.io", _OPTIONS[verb], "", [cause])
    return mode


def admit(
    resource: ServerResource,
    tree: Tree,
    mode: str,
    faults: Sequence[str] = (),
    warnings: list[str] | None = None,
    *,
    patched: bool = False,
    converted: bool = False,
    empties: Empties | None = None,
) -> Tree:
    """Check the types of an object that a client sent, and prune it.

    `faults` are those of the text, such as duplicate fields; they and the unknown fields are added
    to `warnings`. Raises StatusError 400 for another version, and for any fault if `mode` is
    Strict; 422 for another kind, and for all of these if the object was `patched`. `converted` and
    `empties` as in `Schema.check_types`.
    """
    kind, api_version = tree.get("kind"), tree.get("apiVersion")
    if not patched and not resource.custom and (kind or api_version):
        _check_built_in(resource, str(kind or ""), str(api_version or ""))
    text = status.render(tree) if patched and mode == "Strict" else ""
    if resource.from_version is not None:
        empties = None
    unknown = _check_types(resource, tree, empties, patched=patched, converted=converted)
    _take_type_meta(resource, tree, patched=patched)
    unknown = [*_prune(resource, tree), *unknown]
    if resource.custom and resource.schema is not None:
        resource.schema.drop_nulls(tree)
        unknown += _coerced(resource, tree, patched=patched)
    all_faults = [*faults, *(f'unknown field "{path}"' for path in unknown)]
    if all_faults and mode == "Strict":
        why = f"strict decoding error: {', '.join(all_faults)}"
        if patched:
            raise status.invalid("", "", "", [status.invalid_value("patch", text, why)])
        raise status.bad_request(f"{_undecodable(resource)}: {why}")
    if warnings is not None:
        warnings += all_faults
    return resource.from_version(tree) if resource.from_version is not None else tree


def admit_changed(resource: ServerResource, tree: Tree) -> Tree:
    """An object that a webhook has changed, in stored form.

    Raises StatusError: 500 for a value of another type or another kind, as Go's decoder fails on
    what a webhook's patch gives, and 422 for those of custom resources.
    """
    if not resource.custom:
        _check_changed_kind(resource, tree)
        try:
            _check_metadata(resource, tree)
            if resource.schema is not None:
                resource.schema.check_types(tree)
        except status.StatusError as error:
            raise status.failed(error.message) from None
    admitted = admit(resource, tree, "Ignore", patched=True)
    if resource.schema is not None:
        resource.schema.default(admitted)
    return admitted


def _check_changed_kind(resource: ServerResource, tree: Tree) -> None:
    kind, api_version = tree.get("kind"), tree.get("apiVersion")
    if (kind or resource.kind, api_version or resource.api_version) != (
        resource.kind,
        resource.api_version,
    ):
        raise status.failed(
            f'no kind "{kind}" is registered for version "{api_version}" in scheme '
            '"pkg/runtime/scheme.go:111"'
        )


def admit_applied(resource: ServerResource, tree: Tree) -> Tree:
    """The applied fields alone: nothing is filled in, for the manager would own it.

    They are of the version that is asked for, not of the stored one. Raises StatusError 400 and
    422 as `admit`.
    """
    _take_type_meta(resource, tree, patched=True)
    _prune(resource, tree)
    return tree


def _undecodable(resource: ServerResource) -> str:
    kind = resource.kind
    return f'{kind} in version "{resource.version}" cannot be handled as a {kind}'


def _check_types(
    resource: ServerResource,
    tree: Tree,
    empties: Empties | None,
    *,
    patched: bool,
    converted: bool,
) -> list[str]:
    """Remove the members that the kind's decoder does not know, and return them.

    Raises StatusError for a value of a type that the decoder would refuse.
    """
    try:
        if converted:
            meta.convert_numbers(tree)
        _check_metadata(resource, tree)
        if resource.schema is None:
            return []
        return resource.schema.check_types(tree, empties, converted=converted)
    except status.StatusError as error:
        if patched:
            cause = status.invalid_value("patch", status.render(tree), error.message)
            raise status.invalid("", "", "", [cause]) from None
        error.message = f"{_undecodable(resource)}: {error.message}"
        raise


def _check_metadata(resource: ServerResource, tree: Tree) -> None:
    try:
        meta.of(tree)
    except status.StatusError as error:
        if not resource.custom and resource.schema is not None:
            error.message = resource.schema.fault(tree) or error.message
        raise


def _take_type_meta(resource: ServerResource, tree: Tree, *, patched: bool) -> None:
    """Remove apiVersion and kind; raise StatusError where they are not the resource's."""
    if resource.custom and not tree.get("kind"):
        raise status.bad_request(
            f"the object provided is unrecognized (must be of type {resource.kind}): Object "
            f"'Kind' is missing in '{status.render(tree)}'"
        )
    api_version = tree.pop("apiVersion", "") or resource.api_version
    kind = tree.pop("kind", "") or resource.kind
    if api_version != resource.api_version and patched:
        name = str(meta.of(tree).get("name", ""))
        why = f"must be {resource.api_version}"
        cause = status.invalid_value("apiVersion", api_version, why)
        raise status.invalid("", resource.kind, name, [cause])
    if api_version != resource.api_version:
        raise status.bad_request(
            f"the API version in the data ({api_version}) does not match the expected API version "
            f"({resource.api_version})"
        )
    if kind != resource.kind:
        name = str(meta.of(tree).get("name", ""))
        cause = status.invalid_value("kind", kind, f"must be {resource.kind}")
        raise status.invalid(resource.group, kind, name, [cause])


def _check_built_in(resource: ServerResource, kind: str, api_version: str) -> None:
    """Raise StatusError 400 for a kind other than the path's, worded as a failed conversion in
    Go."""
    group, _, version = api_version.rpartition("/")
    kind, version = kind or resource.kind, version or resource.version
    if (kind, version, group) == (resource.kind, resource.version, resource.group):
        return
    if (kind, version) == (resource.kind, resource.version) and not api_version:
        return
    where = f'{kind} in version "{version}" cannot be handled as a {resource.kind}'
    package = resource.group.partition(".")[0] or "core"
    raise status.bad_request(
        f"{where}: converting ({version}.{kind}) to ({package}.{resource.kind}): unknown conversion"
    )


def check_deletable(route: Route) -> None:
    """Raise StatusError 403 for the three namespaces that cannot be deleted."""
    resource, name = route.resource, route.name
    if resource.storage == NAMESPACES and name in _IMMORTAL:
        why = "this namespace may not be deleted"
        raise status.forbidden(resource.group, resource.plural, name, why)


_IMMORTAL = frozenset({"default", "kube-public", "kube-system"})


def check_applied(resource: ServerResource, tree: Tree) -> None:
    """Check that an applied object has apiVersion and kind, no unknown fields and no managedFields.

    Raises StatusError 400, and 500 on unknown fields, as the real server does.
    """
    api_version, kind = tree.get("apiVersion", ""), tree.get("kind", "")
    if not api_version or not kind:
        group_version = api_version or "/"
        raise status.bad_request(f"invalid object type: {group_version}, Kind={kind}")
    given = tree.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    if metadata.get("managedFields"):
        raise status.bad_request("metadata.managedFields must be nil")
    faults = typing.faults(resource.schema.source, tree) if resource.schema is not None else []
    if not faults:
        _check_applied_metadata(resource, tree)
    if resource.custom:
        faults += [
            f".metadata.{key}: field not declared in schema"
            for key in metadata
            if key not in meta.FIELDS
        ]
    if faults:
        text = faults[0] if len(faults) == 1 else "\n  ".join(["errors:", *faults])
        which = _described(resource, tree)
        raise status.internal(f"failed to create typed patch object ({which}): {text}")


def _described(resource: ServerResource, tree: Tree) -> str:
    """Which object it is, as the messages of server-side apply say it."""
    given = tree.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    namespace, name = (
        text if isinstance(text := metadata.get(key), str) else "" for key in ("namespace", "name")
    )
    return f"{namespace}/{name}; {_slashed(resource)}, Kind={resource.kind}"


def _slashed(resource: ServerResource) -> str:
    return resource.api_version if resource.group else f"/{resource.api_version}"


def _check_applied_metadata(resource: ServerResource, tree: Tree) -> None:
    """Raise StatusError for metadata that the schema admits, and its Go type does not."""
    try:
        meta.convert_numbers(tree)
        meta.of(tree)
    except status.StatusError:
        if resource.schema is not None:
            complete(resource, copied(tree), None)
        raise


def complete(resource: ServerResource, merged: Tree, empties: Empties | None) -> None:
    """Bring a merged object into the form of its kind; raises StatusError 500."""
    try:
        if resource.from_version is not None:
            empties = None
        writes.completed(resource, merged, empties, converted=True)
    except status.StatusError as error:
        if not resource.listed or error.code != 400:
            raise
        kind = f"{_slashed(resource)}, Kind={resource.kind}"
        name = str(merged["metadata"].get("name", ""))
        raise status.internal(
            f"failed to convert new object (/{name}; {kind}) to proper version: unable to convert "
            f"unstructured object to {kind}: {error.message}"
        ) from None


def _prune(resource: ServerResource, tree: Tree) -> list[str]:
    metadata = tree["metadata"]
    unknown = [key for key in metadata if key not in meta.FIELDS]
    for key in unknown:
        del metadata[key]
    removed = [f"metadata.{key}" for key in unknown]
    owners: list[Tree] = metadata.get("ownerReferences") or []
    for index, owner in enumerate(owners):
        for key in [key for key in owner if key not in meta.OWNER_FIELDS]:
            del owner[key]
            removed.append(f"metadata.ownerReferences[{index}].{key}")
    if resource.schema is not None:
        removed += resource.schema.prune(tree)
    return removed


def _coerced(resource: ServerResource, tree: Tree, *, patched: bool) -> list[str]:
    """The members removed from the metadata of embedded objects; raises StatusError 400 and 422."""
    removed: list[str] = []
    if resource.schema is None or not resource.schema.embeds:
        return removed
    fault = embedded.coerced(resource.schema.source, tree, "", removed)
    if fault is None:
        return sorted(removed)
    if patched:
        cause = status.invalid_value("patch", status.render(tree), str(fault))
        raise status.invalid("", "", "", [cause])
    raise status.bad_request(f"{_undecodable(resource)}: {fault}")


def check_name(route: Route, metadata: dict[str, Any]) -> None:
    name, namespace = metadata.get("name", ""), metadata.get("namespace", "")
    if namespace and route.namespace and namespace != route.namespace:
        raise status.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if not name:
        raise status.bad_request(
            f"the name of the object ({route.name} based on URL) was undeterminable: name "
            "must be provided"
        )
    if name != route.name:
        raise status.bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({route.name})"
        )


def check_namespace(state: State, route: Route, tree: Tree) -> None:
    """Check that the namespace of a new object exists and stays; raises StatusError 404 and 403."""
    resource, namespace = route.resource, route.namespace
    if not namespace or not state.require_namespaces:
        return
    stored = state.store.collection(NAMESPACES).objects.get(("", namespace))
    if stored is None:
        raise status.not_found("", "namespaces", namespace)
    if "deletionTimestamp" in stored.tree["metadata"]:
        name = str(meta.of(tree).get("name", ""))
        why = (
            f"unable to create new content in namespace {namespace} because it is being terminated"
        )
        error = status.forbidden(resource.group, resource.plural, name, why)
        assert error.details is not None
        error.details["causes"] = [
            {
                "reason": "NamespaceTerminating",
                "message": f"namespace {namespace} is being terminated",
                "field": "metadata.namespace",
            }
        ]
        raise error


def check_definition(state: State, route: Route, tree: Tree) -> None:
    """Raise StatusError 403 for a new object of a kind whose CRD is being deleted."""
    resource = route.resource
    if not resource.custom:
        return
    name = f"{resource.plural}.{resource.group}"
    definitions = state.store.collection(DEFINITIONS).objects
    if "deletionTimestamp" in definitions["", name].tree["metadata"]:
        why = "create not allowed while custom resource definition is terminating"
        name = str(meta.of(tree).get("name", ""))
        raise status.forbidden(resource.group, resource.plural, name, why)


def delete_options(request: Request, query: Query, now: datetime) -> writes.DeleteOptions:
    """The options in the body, else in the query; raises StatusError 400 and 422."""
    body: Tree = {}
    if request.body:
        body = wire.decode(request.body, wire.media_type(request.headers), "DeleteOptions")
        typed_documents.check("DeleteOptions", body)
    return read_delete_options(body, query, now)


def read_delete_options(body: Tree, query: Query, now: datetime) -> writes.DeleteOptions:
    """The options of a document, and where it has none those of the query."""
    preconditions = body.get("preconditions") or {}
    propagation = body.get("propagationPolicy") or query.text("propagationPolicy") or None
    if propagation is not None and body.get("orphanDependents") is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        cause = status.invalid_value("propagationPolicy", propagation, why)
        raise status.invalid("meta.k8s.io", "DeleteOptions", "", [cause])
    if propagation is None and body.get("orphanDependents") is not None:
        propagation = "Orphan" if body["orphanDependents"] else "Background"
    if propagation not in (None, "Orphan", "Foreground", "Background"):
        cause = status.not_supported(
            "propagationPolicy", propagation, ("Foreground", "Background", "Orphan", "nil")
        )
        raise status.invalid("meta.k8s.io", "DeleteOptions", "", [cause])
    return writes.DeleteOptions(
        dry_run=dry_run(body.get("dryRun") or query.all("dryRun"), "delete"),
        now=writes.timestamp(now),
        uid=preconditions.get("uid"),
        resource_version=preconditions.get("resourceVersion"),
        propagation=propagation,
        grace=body.get("gracePeriodSeconds", query.number("gracePeriodSeconds")),
    )
