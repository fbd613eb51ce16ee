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
            changes.breaking("", "the CRD is gone, and with it all objects", gone=True)
        elif name not in old:
            changes.safe("", "the CRD is new")
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
                "", f"{what} changes from {was} to {now}: all objects go", ("spec", *steps)
            )
    if _at(before, ("names", "singular")) != _at(after, ("names", "singular")):
        changes.risky("", "the singular changes", ("spec", "names", "singular"))
    for word, what in (("shortNames", "short name"), ("categories", "category")):
        had, has = set(_at(before, ("names", word)) or ()), set(_at(after, ("names", word)) or ())
        for name in sorted(had - has):
            changes.risky("", f"the {what} {name} is gone", ("spec", "names"))
        for name in sorted(has - had):
            changes.safe("", f"the {what} {name} is new", ("spec", "names", word))
    if before.get("conversion") != after.get("conversion"):
        changes.risky("", "the conversion changes", ("spec", "conversion"))
    _compare_versions(changes, before, after)


def _at(tree: Tree, steps: tuple[str, ...]) -> Tree:
    found = tree
    for step in steps:
        found = found.get(step) or {}
    return found


def _compare_versions(changes: Changes, before: Tree, after: Tree) -> None:
    old = {v["name"]: (i, v) for i, v in enumerate(before.get("versions") or ())}
    new = {v["name"]: (i, v) for i, v in enumerate(after.get("versions") or ())}
    for name, (index, version) in old.items():
        if name not in new:
            where: Steps = ("spec", "versions", index)
            what = "was stored in, too" if version.get("storage") else "was served"
            if version.get("storage") or version.get("served"):
                changes.breaking(name, f"the version is gone, which {what}", where, gone=True)
            else:
                changes.risky(name, "the version, which was not served, is gone", where, gone=True)
    for name, (index, version) in new.items():
        where = ("spec", "versions", index)
        if name not in old:
            changes.safe(name, "the version is new", where)
            continue
        _compare_version(changes, name, old[name][1], version, where)


def _compare_version(changes: Changes, name: str, old: Tree, new: Tree, where: Steps) -> None:
    if old.get("served") and not new.get("served"):
        changes.breaking(name, "the version is served no more", (*where, "served"))
    elif new.get("served") and not old.get("served"):
        changes.safe(name, "the version is served", (*where, "served"))
    if old.get("storage") != new.get("storage"):
        verb = "is stored now" if new.get("storage") else "is stored no more"
        changes.risky(
            name, f"the version {verb}: stored objects stay as they are", (*where, "storage")
        )
    if new.get("deprecated") and not old.get("deprecated"):
        changes.safe(name, "the version is deprecated: clients get a warning", where)
    _compare_subresources(changes, name, old, new, where)
    was = {f["jsonPath"] for f in old.get("selectableFields") or ()}
    now = {f["jsonPath"] for f in new.get("selectableFields") or ()}
    for path in sorted(was - now):
        changes.breaking(name, f"{path} can be selected by no more", where)
    for path in sorted(now - was):
        changes.safe(name, f"{path} can be selected by", where)
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
            changes.breaking(name, f"the {word} subresource is gone", where)
        elif word in now and word not in was:
            place = (*where, "subresources", word)
            if word == "status":
                why = "writes of the whole object leave the status alone now"
                changes.risky(name, f"the status subresource is new: {why}", place)
            else:
                changes.safe(name, f"the {word} subresource is new", place)
    if "scale" in was and "scale" in now and was["scale"] != now["scale"]:
        changes.risky(
            name,
            f"the paths of the scale subresource change to {shown(now['scale'])}",
            (*where, "subresources", "scale"),
        )
