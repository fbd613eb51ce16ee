"""The verbs: from a routed request to an answer. Each is one function from request to answer."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kube.client.transport import Request, Response
from kube.envtest import lists, patch, scale, selection, status, wire, writes
from kube.envtest import metadata as meta
from kube.envtest.render import Renderer
from kube.envtest.resources import Resource
from kube.envtest.routing import Query, Route
from kube.envtest.store import Stored, Tree
from kube.envtest.watch import Watch

if TYPE_CHECKING:
    from kube.envtest.server import Server


@dataclass(frozen=True, slots=True)
class Call:
    """A routed request with all that its verb needs."""

    server: Server
    request: Request
    route: Route
    query: Query
    accept: wire.Accept
    target: writes.Target

    @property
    def resource(self) -> Resource:
        return self.route.resource

    def renderer(self) -> Renderer:
        include = self.query.text("includeObject") or "Metadata"
        return Renderer(self.resource, self.accept, self.server.now(), include)

    def options(self) -> writes.WriteOptions:
        return self.server.write_options(dry_run=_dry_run(self.query.all("dryRun")))

    def answer(
        self, stored: Stored, code: int = 200, warnings: list[str] | None = None
    ) -> Response:
        return self.respond(code, self.renderer().one(stored), warnings)

    def respond(self, code: int, body: bytes, warnings: list[str] | None = None) -> Response:
        headers = {
            "content-type": self.accept.media_type,
            "cache-control": "no-cache, private",
        }
        if warnings:
            headers["warning"] = ", ".join(f'299 - "{_escaped(text)}"' for text in warnings)
        return Response(code, headers, body)


def serve(server: Server, request: Request, route: Route, query: Query) -> Response | Watch:
    """Answer a routed request; raises StatusError."""
    accept = wire.negotiate(request.headers)
    target = server.target(route.resource, route.namespace)
    call = Call(server, request, route, query, accept, target)
    if route.subresource == "scale":
        return scale_(call)
    return _VERBS[route.verb](call)


def load(server: Server, resource: Resource, tree: Tree) -> None:
    """Put one object into the store; raises StatusError. The tree becomes the store's own."""
    metadata = meta.of(tree)
    namespace = str(metadata.get("namespace") or "") if resource.namespaced else ""
    admitted, _ = admit(resource, tree, [], "Ignore")
    writes.restore(server.target(resource, namespace), admitted, server.write_options())


def get(call: Call) -> Response:
    return call.answer(call.target.get(call.route.name))


def list_(call: Call) -> Response:
    chosen = selection.select(call.route, call.query)
    page = lists.page(call.server.store, call.target.collection, chosen, call.query)
    return call.respond(200, call.renderer().many(page.items, page.metadata))


def watch(call: Call) -> Watch:
    query, server = call.query, call.server
    chosen = selection.select(call.route, query)
    version = query.text("resourceVersion")
    after = lists.parse_version(version)
    bookmarks = query.flag("allowWatchBookmarks")
    whole = query.flag("sendInitialEvents")
    lists.check_watch(query)
    seconds = query.number("timeoutSeconds")
    from_now = whole or not after
    initial: Any = ()
    if from_now and not (query.text("sendInitialEvents") and not whole):
        found = call.target.collection.scan(chosen.namespace, None, None)
        initial = [stored for stored in found if chosen.matches(stored)]
    return Watch(
        lock=server.lock,
        store=server.store,
        collection=call.target.collection,
        selection=chosen,
        renderer=call.renderer(),
        after=None if from_now else after,
        initial=iter(initial),
        mark_initial=whole and bookmarks,
        monotonic=server.monotonic,
        ends_at=server.monotonic() + seconds if seconds else None,
        bookmark_every=server.bookmark_every if bookmarks else None,
    )


def create(call: Call) -> Response:
    tree, warnings = _read(call)
    _namespace_exists(call, tree)
    return call.answer(writes.create(call.target, tree, call.options()), 201, warnings)


def update(call: Call) -> Response:
    tree, warnings = _read(call)
    resource, name = call.resource, call.route.name
    metadata = meta.of(tree)
    _check_name(call, metadata)
    call.target.get(name)
    if not metadata.get("resourceVersion") and resource.custom:
        cause = status.invalid_value(
            "metadata.resourceVersion", 0, "must be specified for an update"
        )
        raise status.invalid(resource.group, resource.plural, name, [cause])
    stored = writes.update(
        call.target, name, tree, call.options(), subresource=call.route.subresource
    )
    return call.answer(stored, warnings=warnings)


def patch_(call: Call) -> Response:
    media = wire.media_type(call.request.headers)
    name = call.route.name
    patch.check_media_type(call.resource, media)
    change = wire.decode_any(call.request.body, media)
    current = call.target.get(name)
    whole = copy.deepcopy(_external(call.resource, current.tree))
    changed = patch.apply(call.resource, name, whole, change, media)
    tree, warnings = _admit(call, changed, _duplicates(call, media))
    _check_name(call, meta.of(tree))
    stored = writes.update(
        call.target, name, tree, call.options(), subresource=call.route.subresource
    )
    return call.answer(stored, warnings=warnings)


def delete(call: Call) -> Response:
    options = _delete_options(call)
    stored, gone = writes.delete(call.target, call.route.name, options)
    if not gone:
        return call.answer(stored)
    details = {
        "name": call.route.name,
        "group": call.resource.group,
        "kind": call.resource.plural,
        "uid": stored.tree["metadata"]["uid"],
    }
    body: Tree = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {key: value for key, value in details.items() if value},
    }
    return call.respond(200, wire.body_bytes(body, call.accept.media_type))


def deletecollection(call: Call) -> Response:
    options = _delete_options(call)
    chosen = selection.select(call.route, call.query)
    page = lists.page(call.server.store, call.target.collection, chosen, call.query)
    deleted = [writes.delete(call.target, item.key[1], options)[0] for item in page.items]
    return call.respond(200, call.renderer().many(deleted, page.metadata))


def scale_(call: Call) -> Response:
    resource, name = call.resource, call.route.name
    stored = call.target.get(name)
    if call.route.verb != "get":
        media = wire.media_type(call.request.headers)
        change = wire.decode_any(call.request.body, media)
        if call.route.verb == "patch":
            patch.check_media_type(resource, media)
            change = patch.apply(resource, name, scale.read(resource, stored), change, media)
        tree = scale.write(resource, stored, change)
        stored = writes.update(call.target, name, tree, call.options())
    return call.respond(200, wire.body_bytes(scale.read(resource, stored), call.accept.media_type))


_VERBS: dict[str, Callable[[Call], Response | Watch]] = {
    "get": get,
    "list": list_,
    "watch": watch,
    "create": create,
    "update": update,
    "patch": patch_,
    "delete": delete,
    "deletecollection": deletecollection,
}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _dry_run(values: list[str]) -> bool:
    for value in values:
        if value != "All":
            cause = status.not_supported("dryRun", value, ("All",))
            raise status.invalid("meta.k8s.io", "CreateOptions", "", [cause])
    return bool(values)


def _external(resource: Resource, tree: Tree) -> Tree:
    shown = resource.to_version(tree) if resource.to_version else tree
    return {"apiVersion": resource.api_version, "kind": resource.kind, **shown}


def _duplicates(call: Call, media: str) -> list[str]:
    if call.query.text("fieldValidation") == "Ignore":
        return []
    return wire.duplicate_fields(call.request.body, media)


def _read(call: Call) -> tuple[Tree, list[str]]:
    """The object in the body, in stored form, and warnings about its fields."""
    media = wire.media_type(call.request.headers)
    tree = wire.decode(call.request.body, media)
    return _admit(call, tree, _duplicates(call, media))


def _admit(call: Call, tree: Tree, duplicates: list[str]) -> tuple[Tree, list[str]]:
    mode = call.query.text("fieldValidation") or "Warn"
    if mode not in ("Strict", "Warn", "Ignore"):
        cause = status.not_supported("fieldValidation", mode, ("Ignore", "Warn", "Strict"))
        raise status.invalid("meta.k8s.io", "CreateOptions", "", [cause])
    return admit(call.resource, tree, duplicates, mode)


def admit(
    resource: Resource, tree: Tree, duplicates: list[str], mode: str
) -> tuple[Tree, list[str]]:
    """From what a client wrote to what may be stored: typed, pruned, defaulted.

    Returns it with the warnings that the client is to see; raises StatusError 400 where the kind
    is another, and where `mode` (fieldValidation) is Strict and a field is unknown or there twice.
    """
    api_version = tree.pop("apiVersion", "") or resource.api_version
    kind = tree.pop("kind", "") or resource.kind
    if api_version != resource.api_version:
        raise status.bad_request(
            f"the API version in the data ({api_version}) does not match the expected API version "
            f"({resource.api_version})"
        )
    if kind != resource.kind:
        raise status.bad_request(
            f"{kind} in version {resource.version!r} cannot be handled as a {resource.kind}"
        )
    faults = [f'duplicate field "{path}"' for path in duplicates]
    metadata = meta.of(tree)
    for key in [key for key in metadata if key not in meta.FIELDS]:
        del metadata[key]
        faults.append(f'unknown field "metadata.{key}"')
    if resource.schema is not None:
        faults += [f'unknown field "{path}"' for path in resource.schema.prune(tree)]
        resource.schema.default(tree)
    if resource.from_version is not None:
        tree = resource.from_version(tree)
    if faults and mode == "Strict":
        raise status.bad_request(
            f'{resource.kind} in version "{resource.version}" cannot be handled as a '
            f"{resource.kind}: strict decoding error: {', '.join(faults)}"
        )
    return tree, faults if mode == "Warn" else []


def _check_name(call: Call, metadata: dict[str, Any]) -> None:
    name, namespace = metadata.get("name", ""), metadata.get("namespace", "")
    if not name:
        raise status.bad_request(
            f"the name of the object ({call.route.name} based on URL) was undeterminable: name "
            "must be provided"
        )
    if name != call.route.name:
        raise status.bad_request(
            f"the name of the object ({name}) does not match the name on the URL "
            f"({call.route.name})"
        )
    if namespace and call.route.namespace and namespace != call.route.namespace:
        raise status.bad_request(
            f"the namespace of the object ({namespace}) does not match the namespace on the URL "
            f"({call.route.namespace})"
        )


def _namespace_exists(call: Call, tree: Tree) -> None:
    resource, namespace = call.resource, call.route.namespace
    if not namespace or not call.server.require_namespaces:
        return
    found = call.server.store.collection(("", "namespaces")).objects.get(("", namespace))
    if found is None:
        raise status.not_found("", "namespaces", namespace)
    if "deletionTimestamp" in found.tree["metadata"]:
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


def _delete_options(call: Call) -> writes.DeleteOptions:
    body: Tree = {}
    if call.request.body:
        body = wire.decode(call.request.body, wire.media_type(call.request.headers))
    query = call.query
    preconditions = body.get("preconditions") or {}
    propagation = body.get("propagationPolicy") or query.text("propagationPolicy") or None
    if propagation is None and body.get("orphanDependents") is not None:
        propagation = "Orphan" if body["orphanDependents"] else "Background"
    if propagation not in (None, "Orphan", "Foreground", "Background"):
        cause = status.not_supported(
            "propagationPolicy", propagation, ("Foreground", "Background", "Orphan", "nil")
        )
        raise status.invalid("meta.k8s.io", "DeleteOptions", "", [cause])
    return writes.DeleteOptions(
        dry_run=_dry_run(body.get("dryRun") or query.all("dryRun")),
        now=writes.timestamp(call.server.now()),
        uid=preconditions.get("uid"),
        resource_version=preconditions.get("resourceVersion"),
        propagation=propagation,
    )
