"""CRDs compared as wholes: which there are, their names and scope, their versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.compat.changes import Change, Changes, Steps, Tree, shown
from codegen.compat.schemas import compare_schemas


def compare(old: Mapping[str, Tree], new: Mapping[str, Tree]) -> Iterator[Change]:
    """The changes between two sets of CRDs, by name; those of one CRD stand together."""
    for name in sorted({*old, *new}):
        changes = Changes(name)
        if name not in new:
            changes.breaking("", "the CRD was removed, and all its objects with it", gone=True)
        elif name not in old:
            changes.safe("", "the CRD was added")
        else:
            _compare_definitions(changes, old[name], new[name])
        yield from changes


def _compare_definitions(changes: Changes, old: Tree, new: Tree) -> None:
    before, after = old["spec"], new["spec"]
    for steps, what in (
        (("scope",), "the scope"),
        (("names", "kind"), "the kind"),
        (("names", "plural"), "the plural"),
    ):
        was, now = _at(before, steps), _at(after, steps)
        if was != now:
            changes.breaking(
                "", f"{what} changes from {was} to {now}: all objects are lost", ("spec", *steps)
            )
    if _at(before, ("names", "singular")) != _at(after, ("names", "singular")):
        changes.risky("", "the singular changes", ("spec", "names", "singular"))
    for word, what in (("shortNames", "short name"), ("categories", "category")):
        old_names = set(_at(before, ("names", word)) or ())
        new_names = set(_at(after, ("names", word)) or ())
        for name in sorted(old_names - new_names):
            changes.risky("", f"the {what} {name} was removed", ("spec", "names"))
        for name in sorted(new_names - old_names):
            changes.safe("", f"the {what} {name} was added", ("spec", "names", word))
    if before.get("conversion") != after.get("conversion"):
        changes.risky("", "the conversion changes", ("spec", "conversion"))
    _compare_versions(changes, before, after)


def _at(tree: Tree, steps: tuple[str, ...]) -> Tree:
    value = tree
    for step in steps:
        value = value.get(step) or {}
    return value


def _compare_versions(changes: Changes, before: Tree, after: Tree) -> None:
    old = {v["name"]: (i, v) for i, v in enumerate(before.get("versions") or ())}
    new = {v["name"]: (i, v) for i, v in enumerate(after.get("versions") or ())}
    for name, (index, version) in old.items():
        if name not in new:
            where: Steps = ("spec", "versions", index)
            what = "stored in it" if version.get("storage") else "requested in it"
            if version.get("storage") or version.get("served"):
                changes.breaking(
                    name, f"the version was removed: objects may be {what}", where, gone=True
                )
            else:
                changes.risky(
                    name, "the version, which was not served, was removed", where, gone=True
                )
    for name, (index, version) in new.items():
        where = ("spec", "versions", index)
        if name not in old:
            changes.safe(name, "the version was added", where)
            continue
        _compare_version(changes, name, old[name][1], version, where)


def _compare_version(changes: Changes, name: str, old: Tree, new: Tree, where: Steps) -> None:
    if old.get("served") and not new.get("served"):
        changes.breaking(name, "the version is no longer served", (*where, "served"))
    elif new.get("served") and not old.get("served"):
        changes.safe(name, "the version is now served", (*where, "served"))
    if old.get("storage") != new.get("storage"):
        verb = "is now" if new.get("storage") else "is no longer"
        changes.risky(
            name,
            f"the version {verb} the storage version: stored objects stay as they are",
            (*where, "storage"),
        )
    if new.get("deprecated") and not old.get("deprecated"):
        changes.safe(name, "the version is deprecated: clients get a warning", where)
    _compare_subresources(changes, name, old, new, where)
    was = {f["jsonPath"] for f in old.get("selectableFields") or ()}
    now = {f["jsonPath"] for f in new.get("selectableFields") or ()}
    for path in sorted(was - now):
        changes.breaking(name, f"{path} is no longer a selectable field", where)
    for path in sorted(now - was):
        changes.safe(name, f"{path} is now a selectable field", where)
    if old.get("additionalPrinterColumns") != new.get("additionalPrinterColumns"):
        changes.safe(name, "the columns of kubectl get change", where)
    compare_schemas(
        changes,
        name,
        _at(old, ("schema", "openAPIV3Schema")),
        _at(new, ("schema", "openAPIV3Schema")),
        (*where, "schema", "openAPIV3Schema"),
    )


def _compare_subresources(changes: Changes, name: str, old: Tree, new: Tree, where: Steps) -> None:
    was, now = old.get("subresources") or {}, new.get("subresources") or {}
    for word in ("status", "scale"):
        if word in was and word not in now:
            changes.breaking(name, f"the {word} subresource was removed", where)
        elif word in now and word not in was:
            place = (*where, "subresources", word)
            if word == "status":
                why = "updates of the object no longer change its status"
                changes.risky(name, f"the status subresource was added: {why}", place)
            else:
                changes.safe(name, f"the {word} subresource was added", place)
    if "scale" in was and "scale" in now and was["scale"] != now["scale"]:
        changes.risky(
            name,
            f"the paths of the scale subresource change to {shown(now['scale'])}",
            (*where, "subresources", "scale"),
        )
