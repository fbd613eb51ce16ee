"""Two schemas of one version: which stored objects and which clients a change leaves behind.

For each change: are values that were valid still valid, and can existing clients still read the
field?
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from codegen.compat.changes import Changes, Steps, Tree, shown

_RULES = "x-kubernetes-validations"
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_INT_OR_STRING = "x-kubernetes-int-or-string"

_UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "minLength", "minItems", "minProperties")
_EITHER = [{"type": "integer"}, {"type": "string"}]
_COMBINATIONS = ("allOf", "anyOf", "oneOf", "not")


def compare_schemas(changes: Changes, version: str, old: Tree, new: Tree, steps: Steps) -> None:
    """Add the changes from one schema to the other; `steps` lead to the new one."""
    _Comparison(changes, version).compare(old, new, "", steps)


class _Comparison(msgspec.Struct, frozen=True):
    changes: Changes
    version: str

    def _where(self, path: str) -> str:
        return f"{self.version} {path}" if path else self.version

    def breaking(self, path: str, message: str, steps: Steps, *, gone: bool = False) -> None:
        self.changes.breaking(self._where(path), message, steps, gone=gone)

    def risky(self, path: str, message: str, steps: Steps) -> None:
        self.changes.risky(self._where(path), message, steps)

    def safe(self, path: str, message: str, steps: Steps) -> None:
        self.changes.safe(self._where(path), message, steps)

    def compare(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        old, new = _without_either(old), _without_either(new)
        if old == new or not self._type(old, new, path, steps):
            return
        self._bounds(old, new, path, steps)
        self._enum(old, new, path, steps)
        self._keywords(old, new, path, steps)
        self._default(old, new, path, steps)
        self._lists(old, new, path, steps)
        self._rules(old, new, path, steps)
        self._members(old, new, path, steps)
        for keyword, mark in (("items", "[]"), ("additionalProperties", "[*]")):
            was, now = old.get(keyword), new.get(keyword)
            if isinstance(was, dict) and isinstance(now, dict):
                self.compare(was, now, path + mark, (*steps, keyword))
            elif isinstance(now, dict) and (was or old.get(_PRESERVE)):
                if not _takes_anything(now):
                    self.breaking(
                        path + mark,
                        "its elements, which were unrestricted, now have a schema",
                        steps,
                    )
            elif was and not now and not (old.get("properties") or new.get(_PRESERVE)):
                self.breaking(path, "its elements no longer have a schema", steps)

    # --- types --------------------------------------------------------------------------------

    def _type(self, old: Tree, new: Tree, path: str, steps: Steps) -> bool:
        """Whether the two are of one type, so that there is more to compare."""
        was, now = _type_of(old), _type_of(new)
        if was == now:
            formats = old.get("format"), new.get("format")
            if formats == ("int32", "int64") or (formats[0] and not formats[1]):
                self.risky(path, f"the format {formats[0]} becomes {formats[1] or 'none'}", steps)
            elif formats[0] != formats[1]:
                self.breaking(
                    path, f"the format changes from {formats[0] or 'none'} to {formats[1]}", steps
                )
            return True
        widened = now == "anything" or (now == "integer or string" and was in ("integer", "string"))
        if widened or (was, now) == ("integer", "number"):
            self.risky(path, f"the type {was} becomes {now}: clients may not expect it", steps)
            return True
        self.breaking(path, f"the type changes from {was} to {now}", steps)
        return False

    # --- bounds -------------------------------------------------------------------------------

    def _bounds(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        for keywords, tightens in ((_UPPER, _is_less), (_LOWER, _is_greater)):
            for keyword in keywords:
                self._bound(keyword, tightens, old, new, path, (*steps, keyword))
        for keyword in ("exclusiveMaximum", "exclusiveMinimum"):
            if new.get(keyword) and not old.get(keyword) and _bound_of(keyword) in old:
                self.breaking(
                    path, f"{_bound_of(keyword)} itself is no longer allowed", (*steps, keyword)
                )
            elif old.get(keyword) and not new.get(keyword):
                self.safe(path, f"{_bound_of(keyword)} itself is now allowed", steps)

    def _bound(
        self,
        keyword: str,
        tightens: Callable[[Any, Any], bool],
        old: Tree,
        new: Tree,
        path: str,
        steps: Steps,
    ) -> None:
        was, now = old.get(keyword), new.get(keyword)
        if was == now:
            return
        if now is None:
            self.safe(path, f"{keyword} {was} was removed", steps[:-1])
        elif was is None:
            if keyword in ("minLength", "minItems", "minProperties") and now == 0:
                return
            self.breaking(path, f"{keyword} {now} was added", steps)
        elif tightens(now, was):
            self.breaking(path, f"{keyword} is tightened from {was} to {now}", steps)
        else:
            self.safe(path, f"{keyword} is loosened from {was} to {now}", steps)

    def _enum(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        was, now = old.get("enum"), new.get("enum")
        where = (*steps, "enum")
        if was is None and now is not None:
            self.breaking(path, f"only {shown(now)} are now allowed", where)
        elif was is not None and now is None:
            self.risky(path, "any value is now allowed: clients may know only some", steps)
        elif was is not None and now is not None:
            for value in (v for v in was if v not in now):
                self.breaking(path, f"the value {shown(value)} is no longer allowed", where)
            for value in (v for v in now if v not in was):
                self.risky(
                    path, f"the value {shown(value)} was added: clients may not know it", where
                )

    def _keywords(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        for keyword in ("pattern", "multipleOf", *_COMBINATIONS):
            was, now = old.get(keyword), new.get(keyword)
            if was == now:
                continue
            if now is None:
                self.safe(path, f"{keyword} {shown(was)} was removed", steps)
            elif keyword == "multipleOf" and was is not None and was % now == 0:
                self.safe(path, f"multipleOf is loosened from {was} to {now}", (*steps, keyword))
            else:
                verb = "was added" if was is None else f"changes from {shown(was)}"
                self.breaking(path, f"{keyword} {shown(now)} {verb}", (*steps, keyword))
        if old.get("nullable") and not new.get("nullable"):
            self.breaking(path, "null is no longer allowed", steps)
        elif new.get("nullable") and not old.get("nullable"):
            self.risky(path, "null is now allowed: clients may not expect it", (*steps, "nullable"))
        if old.get(_PRESERVE) and not new.get(_PRESERVE):
            self.breaking(path, "fields without a schema are now pruned", steps)
        elif new.get(_PRESERVE) and not old.get(_PRESERVE):
            self.safe(path, "fields without a schema are now kept", (*steps, _PRESERVE))
        embedded = "x-kubernetes-embedded-resource"
        if new.get(embedded) and not old.get(embedded):
            self.breaking(
                path,
                "the value must now be a whole object, with apiVersion and kind",
                (*steps, embedded),
            )

    def _default(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        if "default" in old and old.get("default") != new.get("default"):
            now = f"becomes {shown(new['default'])}" if "default" in new else "was removed"
            self.breaking(
                path,
                f"the default {shown(old['default'])} {now}: objects without the field "
                "change their meaning",
                (*steps, "default") if "default" in new else steps,
            )
        elif "default" in new and "default" not in old:
            self.risky(path, f"the default {shown(new['default'])} was added", (*steps, "default"))

    def _lists(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        keyword = "x-kubernetes-list-type"
        was, now = old.get(keyword, "atomic"), new.get(keyword, "atomic")
        if was != now:
            tightened = now in ("map", "set")
            add = self.breaking if tightened else self.risky
            add(
                path,
                f"the list type changes from {was} to {now}"
                + (": duplicates are refused" if tightened else ": it is merged differently"),
                steps,
            )
        keys = "x-kubernetes-list-map-keys"
        if was == now == "map" and old.get(keys) != new.get(keys):
            self.breaking(
                path, f"the keys of the list become {shown(new.get(keys))}", (*steps, keys)
            )
        keyword = "x-kubernetes-map-type"
        was, now = old.get(keyword, "granular"), new.get(keyword, "granular")
        if was != now:
            self.risky(path, f"the map type changes from {was} to {now}", steps)

    def _rules(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        was = {rule["rule"] for rule in old.get(_RULES) or ()}
        now = [rule["rule"] for rule in new.get(_RULES) or ()]
        for index, rule in enumerate(now):
            if rule not in was:
                self.breaking(path, f"the rule {shown(rule)} was added", (*steps, _RULES, index))
        for rule in sorted(was - set(now)):
            self.safe(path, f"the rule {shown(rule)} was removed", steps)

    # --- members ------------------------------------------------------------------------------

    def _members(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        was, now = old.get("properties") or {}, new.get("properties") or {}
        required = set(new.get("required") or ())
        formerly = set(old.get("required") or ())
        others = new.get("additionalProperties")
        for name in sorted({*was, *now}):
            where = (*steps, "properties", name)
            below = f"{path}.{name}"
            if name not in now:
                if isinstance(others, dict):
                    self.compare(was[name], others, below, (*steps, "additionalProperties"))
                elif others or new.get(_PRESERVE):
                    self.risky(below, "the field no longer has a schema", steps)
                else:
                    self.breaking(
                        below, "the field was removed, and is pruned from objects", where, gone=True
                    )
            elif name not in was:
                if name in required and "default" not in now[name]:
                    self.breaking(below, "the field was added, and is required", where)
                elif old.get(_PRESERVE) and not _takes_anything(now[name]):
                    self.breaking(
                        below, "the field, which was unrestricted, now has a schema", where
                    )
                else:
                    self.safe(below, "the field was added", where)
            else:
                self.compare(was[name], now[name], below, where)
        for name in sorted(required - formerly):
            if (name in was or name not in now) and "default" not in now.get(name, {}):
                self.breaking(f"{path}.{name}", "the field is now required", (*steps, "required"))
        for name in sorted(formerly - required):
            if name in now:
                self.risky(
                    f"{path}.{name}",
                    "the field is no longer required: clients may rely on it",
                    (*steps, "properties", name),
                )


def _type_of(schema: Tree) -> str:
    if schema.get(_INT_OR_STRING):
        return "integer or string"
    return str(schema.get("type") or "anything")


def _without_either(schema: Tree) -> Tree:
    """The schema without the `anyOf` that says no more than `x-kubernetes-int-or-string`."""
    if schema.get(_INT_OR_STRING) and schema.get("anyOf") == _EITHER:
        return {keyword: value for keyword, value in schema.items() if keyword != "anyOf"}
    return schema


def _takes_anything(schema: Tree) -> bool:
    return _type_of(schema) == "anything" and set(schema) <= {_PRESERVE, "nullable", "description"}


def _is_less(a: float, b: float) -> bool:
    return a < b


def _is_greater(a: float, b: float) -> bool:
    return a > b


def _bound_of(keyword: str) -> str:
    return keyword.removeprefix("exclusive").lower()
