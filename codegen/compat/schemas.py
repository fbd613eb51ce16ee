"""Two schemas of one version: which stored objects and which clients a change leaves behind.

The question is always whether what was valid still is, and whether who read a field still can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class _Comparison:
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
        self._words(old, new, path, steps)
        self._default(old, new, path, steps)
        self._lists(old, new, path, steps)
        self._rules(old, new, path, steps)
        self._members(old, new, path, steps)
        for word, mark in (("items", "[]"), ("additionalProperties", "[*]")):
            was, now = old.get(word), new.get(word)
            if isinstance(was, dict) and isinstance(now, dict):
                self.compare(was, now, path + mark, (*steps, word))
            elif isinstance(now, dict) and (was or old.get(_PRESERVE)):
                if not _takes_anything(now):
                    self.breaking(
                        path + mark, "what it holds, which was free, has a schema now", steps
                    )
            elif was and not now and not (old.get("properties") or new.get(_PRESERVE)):
                self.breaking(path, "what the map or list holds is said no more", steps)

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
        for words, tightens in ((_UPPER, _is_less), (_LOWER, _is_greater)):
            for word in words:
                self._bound(word, tightens, old, new, path, (*steps, word))
        for word in ("exclusiveMaximum", "exclusiveMinimum"):
            if new.get(word) and not old.get(word) and _bound_of(word) in old:
                self.breaking(path, f"{_bound_of(word)} itself is refused now", (*steps, word))
            elif old.get(word) and not new.get(word):
                self.safe(path, f"{_bound_of(word)} itself is allowed now", steps)

    def _bound(
        self,
        word: str,
        tightens: Callable[[Any, Any], bool],
        old: Tree,
        new: Tree,
        path: str,
        steps: Steps,
    ) -> None:
        was, now = old.get(word), new.get(word)
        if was == now:
            return
        if now is None:
            self.safe(path, f"{word} {was} is gone", steps[:-1])
        elif was is None:
            if word in ("minLength", "minItems", "minProperties") and now == 0:
                return
            self.breaking(path, f"{word} {now} is new", steps)
        elif tightens(now, was):
            self.breaking(path, f"{word} is tightened from {was} to {now}", steps)
        else:
            self.safe(path, f"{word} is loosened from {was} to {now}", steps)

    def _enum(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        was, now = old.get("enum"), new.get("enum")
        where = (*steps, "enum")
        if was is None and now is not None:
            self.breaking(path, f"only {shown(now)} are allowed now", where)
        elif was is not None and now is None:
            self.risky(path, "any value is allowed now: clients may know only some", steps)
        elif was is not None and now is not None:
            for value in (v for v in was if v not in now):
                self.breaking(path, f"the value {shown(value)} is allowed no more", where)
            for value in (v for v in now if v not in was):
                self.risky(path, f"the value {shown(value)} is new: clients may not know it", where)

    def _words(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        for word in ("pattern", "multipleOf", *_COMBINATIONS):
            was, now = old.get(word), new.get(word)
            if was == now:
                continue
            if now is None:
                self.safe(path, f"{word} {shown(was)} is gone", steps)
            elif word == "multipleOf" and was is not None and was % now == 0:
                self.safe(path, f"multipleOf is loosened from {was} to {now}", (*steps, word))
            else:
                verb = "is new" if was is None else f"changes from {shown(was)}"
                self.breaking(path, f"{word} {shown(now)} {verb}", (*steps, word))
        if old.get("nullable") and not new.get("nullable"):
            self.breaking(path, "null is allowed no more", steps)
        elif new.get("nullable") and not old.get("nullable"):
            self.risky(path, "null is allowed: clients may not expect it", (*steps, "nullable"))
        if old.get(_PRESERVE) and not new.get(_PRESERVE):
            self.breaking(path, "fields without a schema are pruned now", steps)
        elif new.get(_PRESERVE) and not old.get(_PRESERVE):
            self.safe(path, "fields without a schema are kept now", (*steps, _PRESERVE))
        embedded = "x-kubernetes-embedded-resource"
        if new.get(embedded) and not old.get(embedded):
            self.breaking(path, "it must be a whole object now, with a kind", (*steps, embedded))

    def _default(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        if "default" in old and old.get("default") != new.get("default"):
            now = f"becomes {shown(new['default'])}" if "default" in new else "is gone"
            self.breaking(
                path,
                f"the default {shown(old['default'])} {now}: objects without the field mean "
                "something else",
                (*steps, "default") if "default" in new else steps,
            )
        elif "default" in new and "default" not in old:
            self.risky(path, f"the default {shown(new['default'])} is new", (*steps, "default"))

    def _lists(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        word = "x-kubernetes-list-type"
        was, now = old.get(word, "atomic"), new.get(word, "atomic")
        if was != now:
            tightened = now in ("map", "set")
            add = self.breaking if tightened else self.risky
            add(
                path,
                f"the list type changes from {was} to {now}"
                + (": equal elements are refused" if tightened else ": it is merged otherwise"),
                steps,
            )
        keys = "x-kubernetes-list-map-keys"
        if was == now == "map" and old.get(keys) != new.get(keys):
            self.breaking(
                path, f"the keys of the list become {shown(new.get(keys))}", (*steps, keys)
            )
        word = "x-kubernetes-map-type"
        was, now = old.get(word, "granular"), new.get(word, "granular")
        if was != now:
            self.risky(path, f"the map type changes from {was} to {now}", steps)

    def _rules(self, old: Tree, new: Tree, path: str, steps: Steps) -> None:
        was = {rule["rule"] for rule in old.get(_RULES) or ()}
        now = [rule["rule"] for rule in new.get(_RULES) or ()]
        for index, rule in enumerate(now):
            if rule not in was:
                self.breaking(path, f"the rule {shown(rule)} is new", (*steps, _RULES, index))
        for rule in sorted(was - set(now)):
            self.safe(path, f"the rule {shown(rule)} is gone", steps)

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
                    self.risky(below, "the field has no schema any more", steps)
                else:
                    self.breaking(
                        below, "the field is gone, and pruned from objects", where, gone=True
                    )
            elif name not in was:
                if name in required and "default" not in now[name]:
                    self.breaking(below, "the field is new, and required", where)
                elif old.get(_PRESERVE) and not _takes_anything(now[name]):
                    self.breaking(below, "the field, which was free, has a schema now", where)
                else:
                    self.safe(below, "the field is new", where)
            else:
                self.compare(was[name], now[name], below, where)
        for name in sorted(required - formerly):
            if (name in was or name not in now) and "default" not in now.get(name, {}):
                self.breaking(f"{path}.{name}", "the field is required now", (*steps, "required"))
        for name in sorted(formerly - required):
            if name in now:
                self.risky(
                    f"{path}.{name}",
                    "the field is required no more: clients may rely on it",
                    (*steps, "properties", name),
                )


def _type_of(schema: Tree) -> str:
    if schema.get(_INT_OR_STRING):
        return "integer or string"
    return str(schema.get("type") or "anything")


def _without_either(schema: Tree) -> Tree:
    """The schema without the `anyOf` that says no more than `x-kubernetes-int-or-string`."""
    if schema.get(_INT_OR_STRING) and schema.get("anyOf") == _EITHER:
        return {word: value for word, value in schema.items() if word != "anyOf"}
    return schema


def _takes_anything(schema: Tree) -> bool:
    return _type_of(schema) == "anything" and set(schema) <= {_PRESERVE, "nullable", "description"}


def _is_less(a: float, b: float) -> bool:
    return a < b


def _is_greater(a: float, b: float) -> bool:
    return a > b


def _bound_of(word: str) -> str:
    return word.removeprefix("exclusive").lower()
