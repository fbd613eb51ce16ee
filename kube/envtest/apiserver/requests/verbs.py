"""The verbs: from a routed request to an answer. Each is one function from request to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from kube.client.transport import Request, Response
from kube.envtest.apiserver import plugins, status
from kube.envtest.apiserver.admitting import admitted
from kube.envtest.apiserver.apply import last_applied, managers
from kube.envtest.apiserver.authorization import escalation, users
from kube.envtest.apiserver.kinds import CONDITIONAL, CREATED_BY_UPDATE
from kube.envtest.apiserver.requests import (
    admission,
    attributes,
    hooks,
    lists,
    scale,
    selection,
    typed_documents,
    wire,
)
from kube.envtest.apiserver.requests import patches as patch
from kube.envtest.apiserver.requests.parts import is_part, narrowed
from kube.envtest.apiserver.requests.posted import POSTED
from kube.envtest.apiserver.requests.render import Renderer
from kube.envtest.apiserver.requests.routing import Query, Route, check_subresource_verb
from kube.envtest.apiserver.requests.watches import WatchStream
from kube.envtest.apiserver.resources import Review, ServerResource
from kube.envtest.apiserver.schemas.reading import Empties
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import metadata as meta
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree, copied


class Call(msgspec.Struct, frozen=True):
    """A routed request with all that its verb needs."""

    state: State
    request: Request
    route: Route
    resource: ServerResource
    query: Query
    accept: wire.Accept
    target: writes.Target
    warnings: list[str]
    empties: Empties

    def renderer(self) -> Renderer:
        include = self.query.text("includeObject") or "Metadata"
        return Renderer(self.resource, self.accept, self.state.now, include)

    def manager(self, operation: str, now: str) -> managers.Manager:
        """The manager of this write: the query's fieldManager, else the name of the user agent."""
        agent = self.request.headers.get("user-agent", "").partition("/")[0]
        return managers.Manager(
            name=self.query.text("fieldManager") or agent or "unknown",
            operation=operation,
            api_version=self.resource.api_version,
            subresource=self.route.subresource,
            now=now,
        )

    def options(self, *, applied: bool = False) -> writes.WriteOptions:
        now = self.state.timestamp()
        return writes.WriteOptions(
            dry_run=admission.dry_run(self.query.all("dryRun"), self.route.verb),
            now=now,
            manager=None if applied else self.manager(managers.UPDATE, now),
            empties=self.empties,
        )

    def internal(self, tree: Tree) -> Tree:
        """An object that a webhook has changed, as it is stored; raises StatusError."""
        return admission.admit_changed(self.resource, tree)

    def warn(self, new: Tree, old: Tree | None) -> None:
        """Tell the client what is unwise in an object that it wrote."""
        if not self.route.subresource:
            self.warnings.extend(self.target.strategy.warnings(new, old))

    def answer(self, stored: Stored, code: int = 200) -> Response:
        return self.respond(code, self.renderer().one(stored))

    def respond(self, code: int, body: bytes) -> Response:
        return wire.response(code, self.accept.media_type, body, wire.warning_header(self.warnings))


def serve(state: State, request: Request, route: Route, query: Query) -> Response | WatchStream:
    """Answer a routed request; raises StatusError."""
    check_subresource_verb(route)
    accept = wire.negotiate(request.headers, custom=route.resource.custom)
    resource = route.resource
    target = state.target(resource, route.namespace)
    warnings = [resource.deprecation] if resource.deprecation else []
    call = Call(state, request, route, resource, query, accept, target, warnings, Empties())
    verb = scale_ if route.subresource == "scale" else _VERBS[route.verb]
    try:
        answer = _until_unchanged(call, verb)
        if isinstance(answer, WatchStream):
            answer.headers = {**answer.headers, **wire.warning_header(call.warnings)}
        return answer
    except status.StatusError as error:
        error.warnings = call.warnings
        raise


def _until_unchanged(call: Call, verb: Verb) -> Response | WatchStream:
    """Answer, again where the object changed while webhooks were asked about it."""
    for _ in range(_TRIES):
        try:
            return verb(call)
        except writes.Changed:
            del call.warnings[:]
            call.empties.clear()
    raise call.target.conflict(call.route.name)


def load(state: State, resource: ServerResource, tree: Tree) -> None:
    """Put one object into the store; raises StatusError. The tree becomes the store's own."""
    metadata = meta.of(tree)
    namespace = str(metadata.get("namespace") or "") if resource.namespaced else ""
    admitted = admission.admit(resource, tree, "Ignore")
    if resource.schema is not None:
        resource.schema.default(admitted)
    writes.restore(state.target(resource, namespace), admitted, state.write_options())


def get(call: Call) -> Response:
    try:
        wanted = lists.parse_version(call.query.text("resourceVersion"))
    except ValueError as error:
        raise status.internal(str(error)) from None
    if wanted > call.state.store.revision:
        raise status.too_large_version(wanted, call.state.store.revision)
    return call.answer(call.target.get(call.route.name))


def list_(call: Call) -> Response:
    chosen = selection.select(call.route, call.query)
    page = lists.page(call.state.store, call.target.collection, chosen, call.query)
    items = call.target.views(page.items)
    return call.respond(200, call.renderer().many(items, page.metadata))


def watch(call: Call) -> WatchStream:
    query, state = call.query, call.state
    chosen = selection.select(call.route, query)
    version = query.text("resourceVersion")
    lists.check_watch(query)
    try:
        after = lists.parse_version(version)
    except ValueError as error:
        raise status.internal(str(error)) from None
    bookmarks = query.flag("allowWatchBookmarks")
    whole = query.flag("sendInitialEvents")
    query.number("limit")  # without effect, but not without a check
    seconds = min(query.number("timeoutSeconds") or 0, _LONGEST_WATCH)
    from_now = whole or not after
    view = call.target.view if call.resource.converter is not None else None
    initial: Any = ()
    if from_now and not (query.text("sendInitialEvents") and not whole):
        objects = call.target.collection.scan(chosen.namespace, None, None)
        initial = [stored for stored in objects if chosen.matches(stored)]
        call.target.views(initial)  # at once, and not one by one in the watch
    return WatchStream(
        lock=state.lock,
        store=state.store,
        collection=call.target.collection,
        selection=chosen,
        renderer=call.renderer(),
        view=view,
        after=None if from_now else after,
        initial=iter(initial),
        mark_initial=whole and bookmarks,
        monotonic=state.monotonic,
        ends_at=state.monotonic() + seconds if seconds else None,
        bookmark_every=state.bookmark_every if bookmarks else None,
    )


def create(call: Call) -> Response:
    if call.route.subresource:
        return _create_subresource(call)
    tree = _read(call)
    if call.resource.review is not None:
        return _review(call, call.resource.review, tree)
    admission.check_namespace(call.state, call.route, tree)
    admission.check_definition(call.state, call.route, tree)
    tree, options = _admitted(call, tree, None)
    stored = writes.create(call.target, tree, options)
    call.warnings.extend(meta.warnings(call.resource, stored.tree["metadata"]))
    call.warn(stored.tree, None)
    return call.answer(stored, 201)


def _create_subresource(call: Call) -> Response:
    """Create a subresource. Those of kinds that are not Kubernetes' own do as client-go's fakes
    do: an object of the kind updates it, a body of another type is returned."""
    resource, name = call.resource, call.route.name
    call.target.get(name)
    media = wire.media_type(call.request.headers)
    tree = wire.decode(call.request.body, media, resource.kind)
    answer = POSTED.get((resource.group, resource.plural, call.route.subresource))
    if answer is not None:
        tree = _admitted_document(call, tree)
        return call.respond(201, wire.body_bytes(answer(call, tree), call.accept.media_type))
    kind = tree.get("kind") or ""
    # Without a kind, the name decides: the object has one, a TokenRequest does not.
    if kind == resource.kind or (not kind and meta.of(dict(tree)).get("name") == name):
        return update(call)
    return call.respond(201, wire.body_bytes(tree, call.accept.media_type))


def _admitted_document(call: Call, tree: Tree) -> Tree:
    """A document posted to a subresource as webhooks leave it; raises StatusError."""
    subresource = f"{call.resource.plural}/{call.route.subresource}"
    entry = next(e for e in call.resource.listed if e["name"] == subresource)
    group, version = entry.get("group", ""), entry.get("version", call.resource.version)
    typed_documents.check(entry["kind"], tree)
    kind = {"group": group, "version": version, "kind": entry["kind"]}
    asked = hooks.of(call, "CREATE", call.route.name, kind)
    if asked is None:
        return tree
    api_version = f"{group}/{version}" if group else version
    whole = {**tree, "apiVersion": api_version, "kind": entry["kind"]}
    whole = asked.mutate(whole, None) or whole
    asked.validate(whole, None)
    return whole


def _review(call: Call, answer: Callable[[Review], Tree], tree: Tree) -> Response:
    """Answer a review, and store nothing."""
    state, headers = call.state, call.request.headers
    asked = hooks.of(call, "CREATE", "")
    if asked is not None:
        tree = asked.mutate(tree, None) or tree
        asked.validate(tree, None)
    review = Review(
        tree, call.route.namespace, headers, state.now(), state.authorizer, state.tokens
    )
    answered = answer(review)
    type_meta = {"apiVersion": call.resource.api_version, "kind": call.resource.kind}
    return call.respond(201, wire.body_bytes({**type_meta, **answered}, call.accept.media_type))


def update(call: Call) -> Response:
    resource, name = call.resource, call.route.name
    kind = (resource.group, resource.plural)
    is_there = call.target.key(name) in call.target.collection.objects
    if not is_there and kind in CREATED_BY_UPDATE and not call.route.subresource:
        return create(call)
    tree = _read(call)
    metadata = tree["metadata"]
    admission.check_name(call.route, metadata)
    current = call.target.get(name)
    _require_version(call, metadata)
    return _updated(call, tree, current.tree)


def _require_version(call: Call, metadata: Mapping[str, Any]) -> None:
    """Raise StatusError 422 for a new state that is not of a version, of a kind that needs one."""
    resource = call.resource
    is_conditional = resource.custom or (resource.group, resource.plural) in CONDITIONAL
    if is_conditional and not metadata.get("resourceVersion"):
        why = "must be specified for an update"
        cause = status.invalid_value("metadata.resourceVersion", 0, why)
        raise status.invalid(resource.group, resource.plural, call.route.name, [cause])


def patch_(call: Call) -> Response:
    media = wire.media_type(call.request.headers)
    name = call.route.name
    patch.check_media_type(call.resource, media)
    if media == wire.APPLY_PATCH:
        return apply(call)
    if call.query.flag("force"):
        cause = status.not_allowed("force", "may not be specified for non-apply patch")
        raise status.invalid("meta.k8s.io", "PatchOptions", "", [cause])
    change = patch.read(call.request.body, media)
    current = call.target.get(name)
    whole = copied(call.resource.external(current.tree))
    changed = patch.apply(call.resource, name, whole, change, media)
    tree = _admit(call, changed, media)
    admission.check_name(call.route, tree["metadata"])
    _require_version(call, tree["metadata"])
    return _updated(call, tree, current.tree, patched=True)


def _updated(call: Call, tree: Tree, old: Tree, *, patched: bool = False) -> Response:
    """Write the new state of an object, or of the part that a subresource is."""
    name, subresource = call.route.name, call.route.subresource
    tree, options = _admitted(call, tree, old)
    if is_part(call.resource, subresource):
        tree, options = writes.owned_whole(call.target, tree, old, options)
        tree = narrowed(call.resource, subresource, name, tree, old)
    stored = writes.update(
        call.target, name, tree, options, subresource=subresource, patched=patched
    )
    call.warn(stored.tree, old)
    return call.answer(stored)


def _admitted(
    call: Call, new: Tree, old: Tree | None, *, applied: bool = False
) -> tuple[Tree, writes.WriteOptions]:
    """An object as admission leaves it, and how it is written; raises StatusError.

    Fields of an `applied` object have their owners already: what webhooks add is nobody's.
    """
    _check_grants(call, new, old)
    name = call.route.name or new["metadata"].get("name") or ""
    options = call.options(applied=applied or old is None)
    if old is None and not applied:
        writes.own(call.resource, new, call.manager(managers.UPDATE, options.now))
    if old is None and call.resource.requester is not None:
        call.resource.requester(new, users.of(call.request.headers).tree())
    write = plugins.Write(
        call.state, call.resource, call.route.namespace, call.route.subresource, options.dry_run
    )
    asked = hooks.of(call, "CREATE" if old is None else "UPDATE", name)
    new, check = admitted(write, asked, new, old)
    return new, msgspec.structs.replace(options, check=check)


def apply(call: Call) -> Response:
    """Server-side apply: create the object, or merge the applied fields into it."""
    resource, name, query = call.resource, call.route.name, call.query
    if not query.text("fieldManager"):
        cause = status.required("fieldManager", "is required for apply patch")
        raise status.invalid("meta.k8s.io", "PatchOptions", "", [cause])
    tree = wire.decode(call.request.body, wire.APPLY_PATCH, resource.kind)
    admission.check_applied(resource, tree)
    meta.of(tree).setdefault("name", name)
    admission.field_validation(query, call.route.verb)
    manager = call.manager(managers.APPLY, call.state.timestamp())
    applied = copied(tree) if manager.name == last_applied.MANAGER else None
    wanted = admission.admit_applied(resource, tree)
    _reset(call, wanted)
    current = call.target.find(name)
    if current is None and call.route.subresource:
        raise call.target.not_found(name)
    uid = meta.of(wanted).get("uid")
    if current is None and uid:
        why = f"uid mismatch: the provided object specified uid {uid}, and no existing object"
        why += " was found"
        raise status.conflict(resource.group, resource.plural, name, why)
    live = current.tree if current is not None else None
    seen = resource.to_version(live) if live is not None and resource.to_version else live
    merged, owners = managers.apply(resource, manager, seen, wanted, force=query.flag("force"))
    admission.check_name(call.route, meta.of(wanted))
    if applied is not None:
        last_applied.follow(merged, applied)
    admission.complete(resource, merged, call.empties)
    admission.check_name(call.route, merged["metadata"])
    if resource.from_version is not None:
        merged = resource.from_version(merged)
    merged["metadata"]["managedFields"] = owners
    if current is None:
        # Who may patch may not create thereby.
        asked = attributes.of(call.request, query)
        call.state.authorizer.require(msgspec.structs.replace(asked, verb="create"))
    merged, options = _admitted(call, merged, live, applied=True)
    if current is None:
        admission.check_namespace(call.state, call.route, merged)
        admission.check_definition(call.state, call.route, merged)
        created = writes.create(call.target, merged, options)
        call.warn(created.tree, None)
        return call.answer(created, 201)
    _require_version(call, merged["metadata"])
    subresource = call.route.subresource
    if is_part(resource, subresource):
        merged = narrowed(resource, subresource, name, merged, current.tree)
    stored = writes.update(
        call.target, name, merged, options, subresource=subresource, patched=True
    )
    call.warn(stored.tree, current.tree)
    return call.answer(stored)


def _check_grants(call: Call, new: Tree, old: Tree | None) -> None:
    """Raise StatusError for a role or a binding that gives what its writer does not have."""
    if not call.state.authorizer.is_on:
        return
    name = call.route.name or meta.of(new).get("name") or ""
    user, storage = users.of(call.request.headers), call.resource.storage
    namespace = call.route.namespace
    write = escalation.Write(call.state.authorizer, user, storage, namespace, name)
    escalation.check(write, new, old)


def _reset(call: Call, wanted: Tree) -> None:
    """Drop the fields that this path does not write, so that the manager does not own them."""
    if call.route.subresource == "status":
        kept = {key: wanted["metadata"][key] for key in _WHICH if key in wanted["metadata"]}
        wanted["metadata"] = kept
        for member in [key for key in wanted if key not in ("metadata", "status")]:
            del wanted[member]
    elif "status" in call.resource.subresources:
        wanted.pop("status", None)


_WHICH = ("name", "namespace", "resourceVersion", "uid")


def delete(call: Call) -> Response:
    admission.check_deletable(call.route)
    options = _deletion(call, call.route.name)
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


def _deletion(call: Call, name: str) -> writes.DeleteOptions:
    """The options for one object, also one of a collection, which the request does not name."""
    options = admission.delete_options(call.request, call.query, call.state.now())
    asked = hooks.of(call, "DELETE", call.route.name, key=call.target.key(name))
    if asked is None:
        return options
    asked.mutate(None, call.target.get(name).tree)
    return msgspec.structs.replace(options, check=asked.validate)


def deletecollection(call: Call) -> Response:
    chosen = selection.select(call.route, call.query)
    page = lists.page(call.state.store, call.target.collection, chosen, call.query)
    for item in page.items:
        target = call.state.target(call.resource, item.key[0])
        writes.delete(target, item.key[1], _deletion(call, item.key[1]))
    items = call.target.views(page.items)
    return call.respond(200, call.renderer().many(items, page.metadata))


def scale_(call: Call) -> Response:
    resource, name = call.resource, call.route.name
    stored = call.target.get(name)
    if call.route.verb != "get":
        media = wire.media_type(call.request.headers)
        if call.route.verb == "patch":
            patch.check_media_type(resource, media)
        if call.route.verb == "patch" and media != wire.APPLY_PATCH:
            change = patch.read(call.request.body, media)
            current = scale.read(resource, stored, allow_missing=True)
            change = patch.apply(resource, name, current, change, media)
        else:
            change = wire.decode(call.request.body, media, "Scale")
        if media != wire.APPLY_PATCH:
            converted = media == wire.STRATEGIC_PATCH
            scale.check(change, patched=call.route.verb == "patch", converted=converted)
        asked = hooks.of(call, "UPDATE", name, scale.KIND)
        if asked is not None:
            before = scale.read(resource, stored, allow_missing=True)
            change = asked.mutate(change, before) or change
            asked.validate(change, before)
        if media == wire.APPLY_PATCH:
            manager = call.manager(managers.APPLY, call.state.timestamp())
            force = call.query.flag("force")
            tree, owned = scale.apply(resource, stored, change, manager, force=force), False
        else:
            tree = scale.write(resource, stored, change)
            owned = scale.is_owned(resource, stored)
        stored = writes.update(call.target, name, tree, call.options(applied=not owned))
    answer = scale.read(resource, stored)
    if call.accept.form == "table":
        answer = scale.table(answer, call.state.now())
    return call.respond(200, wire.body_bytes(answer, call.accept.media_type))


_TRIES = 5
_LONGEST_WATCH = 10**8
"""Seconds; more than a thread can wait for would be an error."""
Verb = Callable[[Call], Response | WatchStream]
_VERBS: dict[str, Verb] = {
    "get": get,
    "list": list_,
    "watch": watch,
    "create": create,
    "update": update,
    "patch": patch_,
    "delete": delete,
    "deletecollection": deletecollection,
}


def _read(call: Call) -> Tree:
    """The object in the body, in stored form; raises StatusError."""
    media = wire.media_type(call.request.headers)
    tree = wire.decode(call.request.body, media, call.resource.kind)
    return _admit(call, tree, media, whole=tree)


def _admit(call: Call, tree: Tree, media: str, whole: Tree | None = None) -> Tree:
    """An object in stored form; `whole` is the body where the object is all of it."""
    mode = admission.field_validation(call.query, call.route.verb)
    faults: list[str] = []
    if mode != "Ignore":
        doubled = wire.duplicate_fields(call.request.body, media, whole)
        faults = [f'duplicate field "{path}"' for path in doubled]
    warnings = call.warnings if mode == "Warn" else []
    patched = call.route.verb == "patch"
    tree = admission.admit(
        call.resource,
        tree,
        mode,
        faults,
        warnings,
        patched=patched,
        converted=media == wire.STRATEGIC_PATCH,
        empties=call.empties,
    )
    if call.resource.schema is not None:
        call.resource.schema.default(tree)
    if call.empties:
        call.empties.hide()
    return tree
