"""Schemas of custom resources, definitions with them, and values for them, drawn at random.

Most of a schema is right, so that the rest is looked at; here and there something is wrong or in
the wrong place: types, defaults, extensions, combinations, rules, names of versions, paths.
"""

from __future__ import annotations

import copy
from random import Random
from typing import Any

_NAMES = ("a", "b", "name", "kind", "size", "items", "metadata", "spec", "x-y", "a.b", "if", "")
_RULES = (
    "self == self", "self.a == self.b", "self.size > 1", "self > 0", "self.size() < 5",
    "self == oldSelf", "self.all(x, x == 1)", "has(self.a)", "self.missing == 1", "1 +", "true",
    "1",
    "self.name.startsWith('a')", "'a' in self", "", "self.items.size() > 0", "!has(self.b)",
    "quantity(self).isGreaterThan(quantity('1'))", "oldSelf.hasValue() || self == 1",
    "self.a\n== self.b",
)  # fmt: skip
_PATTERNS = (
    "^a+$", "[a-z]", "(", "[", "(?=a)", "a{2,1}", r"\d+", r"^\p{L}$", "*", r"\1", "a|b", "$",
    "[[:alpha:]]+", "(?i)x",
)  # fmt: skip
_FORMATS = (
    "date-time", "date", "byte", "int32", "int64", "double", "float", "uuid", "email", "ipv4",
    "cidr", "duration", "hostname", "uri", "password", "unknown-format", "k8s-short-name", "mac",
)  # fmt: skip
_WORDS_OF: dict[str, tuple[tuple[str, tuple[Any, ...]], ...]] = {
    "string": (
        ("minLength", (0, 1, 3, -1)), ("maxLength", (0, 1, 5, 100)), ("pattern", _PATTERNS),
        ("format", _FORMATS), ("enum", (["a", "b"], ["a"], ["a", "a"], [1, None], [])),
    ),
    "integer": (
        ("minimum", (0, 1, -5, 0.5, 10**12)), ("maximum", (10, 0, 100, 1.5)),
        ("multipleOf", (1, 2, 5, 0, -1, 0.5)), ("exclusiveMinimum", (True,)),
        ("exclusiveMaximum", (True,)), ("format", ("int32", "int64", "double", "odd")),
        ("enum", ([1, 2], [1.5], ["1"])),
    ),
    "number": (
        ("minimum", (0, 0.5, -1.5)), ("maximum", (10, 2.5, 1000000)),
        ("multipleOf", (0.5, 1, 0.1, 3)),
        ("exclusiveMaximum", (True,)), ("format", ("float", "double", "int32")),
        ("enum", ([1, 1.5], [0])),
    ),
    "boolean": (("enum", ([True], [False, True])), ("format", ("int32",))),
    "array": (("minItems", (0, 1, 2)), ("maxItems", (0, 1, 3)), ("uniqueItems", (False, True))),
    "object": (
        ("minProperties", (0, 1, 2)), ("maxProperties", (0, 1, 3)), ("required", (["a"],
        ["a", "b"])),
    ),
}  # fmt: skip
_ANYWHERE: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("description", ("text",)), ("title", ("text",)), ("example", (1, {"a": 1})),
    ("externalDocs", ({"url": "https://example.com"},)), ("nullable", (True, True, False)),
)  # fmt: skip
_MISPLACED: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("$ref", ("#/definitions/a", "")), ("id", ("a",)), ("$schema", ("http://a",)),
    ("definitions", ({"a": {"type": "string"}}, {})), ("dependencies", ({"a": ["b"]}, {"a": {}})),
    ("patternProperties", ({"^a": {"type": "string"}},)), ("additionalItems", (True, False, {})),
    ("type", ("null", "text", "", "any")), ("items", ([{"type": "string"}], {"type": "string"},
    {})),
    ("additionalProperties", (True, False, {"type": "string"}, {})), ("uniqueItems", (True,)),
    ("properties", ({"a": {"type": "string"}}, {"a": {}}, {})), ("required", (["c"], [])),
    ("x-kubernetes-preserve-unknown-fields", (True, False)),
    ("x-kubernetes-int-or-string", (True,)),
    ("x-kubernetes-embedded-resource", (True,)), ("x-kubernetes-list-type", ("map", "set", "odd")),
    ("x-kubernetes-list-map-keys", (["a"], ["a", "a"], ["z"], [])),
    ("x-kubernetes-map-type", ("atomic", "granular", "odd")),
    ("x-kubernetes-validations", ([{"rule": "true"}], [{"rule": ""}], [])),
    ("format", _FORMATS), ("minimum", (1,)), ("pattern", _PATTERNS), ("enum", (["a"],)),
    ("maxLength", (3,)), ("default", (None, 1, "a", {}, [], {"a": 1}, {"z": 1}, True)),
    ("unknownMember", (1,)),
)  # fmt: skip
_SCALARS = ("string", "string", "integer", "number", "boolean")
_ODD = ("", "text", 7, -1, 1.5, True, None, [], {}, ["a"], {"a": "b"}, 2**40, "Not Valid!")


class SchemaDrawer:
    """Draws schemas, and values for them; `faults` is how many in a hundred places are wrong."""

    def __init__(self, random: Random, faults: int = 5) -> None:
        self._random = random
        self._faults = faults

    def one_of(self, values: Any) -> Any:
        return copy.deepcopy(self._random.choice(values))

    def chance(self, percent: float) -> bool:
        return self._random.random() * 100 < percent

    def root(self) -> Any:
        """The schema of a version."""
        schema: dict[str, Any] = {"type": "object", "properties": {}}
        for name in ("spec", "spec", "status", "data", "metadata"):
            if self.chance(45 if name != "metadata" else 4):
                schema["properties"][name] = self.schema(0)
        schema["properties"].setdefault("spec", self.schema(0))
        if self.chance(8):
            schema["x-kubernetes-preserve-unknown-fields"] = True
        if self.chance(10):
            schema["x-kubernetes-validations"] = self._rules()
        return self._spoilt(schema)

    def schema(self, depth: int) -> Any:
        kinds = ("object", "object", "array", *_SCALARS) if depth < 3 else _SCALARS
        kind = "object" if depth == 0 else self.one_of(kinds)
        if depth and self.chance(6):
            return self._spoilt(self._special())
        schema: dict[str, Any] = {"type": kind}
        if kind == "object":
            self._fill_object(schema, depth)
        elif kind == "array":
            self._fill_list(schema, depth)
        for word, values in self._random.sample(_WORDS_OF[kind], k=min(2, len(_WORDS_OF[kind]))):
            if self.chance(45):
                schema[word] = self.one_of(values)
        for word, values in _ANYWHERE:
            if self.chance(4):
                schema[word] = self.one_of(values)
        if self.chance(12):
            self._combine(schema)
        if self.chance(9):
            schema["x-kubernetes-validations"] = self._rules()
        if self.chance(18):
            schema["default"] = self.value(schema, hostile=self._faults)
        return self._spoilt(schema)

    def _spoilt(self, schema: Any) -> Any:
        if self.chance(self._faults):
            word, values = self.one_of(_MISPLACED)
            schema[word] = self.one_of(values)
        if self.chance(self._faults / 5):
            schema.pop("type", None)
        return schema

    def _special(self) -> Any:
        return self.one_of(
            (
                {"x-kubernetes-int-or-string": True},
                {
                    "x-kubernetes-int-or-string": True,
                    "anyOf": [{"type": "integer"}, {"type": "string"}],
                    "pattern": "^[0-9]+%?$",
                },
                {"x-kubernetes-preserve-unknown-fields": True},
                {
                    "type": "object",
                    "x-kubernetes-embedded-resource": True,
                    "x-kubernetes-preserve-unknown-fields": True,
                },
                {
                    "type": "object",
                    "x-kubernetes-embedded-resource": True,
                    "properties": {"spec": {"type": "object"}, "kind": {"type": "string"}},
                },
            )
        )

    def _fill_object(self, schema: Any, depth: int) -> None:
        if depth and self.chance(20):
            schema["additionalProperties"] = self.schema(depth + 1)
        else:
            names = self._random.sample(_NAMES[:8] if self.chance(90) else _NAMES, k=3)
            count = self.one_of((1, 2, 3))
            schema["properties"] = {name: self.schema(depth + 1) for name in names[:count]}
            if self.chance(20):
                schema["required"] = [self.one_of(names)]
        if self.chance(7):
            schema["x-kubernetes-preserve-unknown-fields"] = True
        if self.chance(8):
            schema["x-kubernetes-map-type"] = self.one_of(("atomic", "granular"))

    def _fill_list(self, schema: Any, depth: int) -> None:
        items = schema["items"] = self.schema(depth + 1)
        if not self.chance(50):
            return
        kind = self.one_of(("atomic", "set", "map"))
        if kind == "map" and items.get("type") == "object":
            key = self.one_of(_NAMES[:3])
            items.pop("additionalProperties", None)
            properties = items.setdefault("properties", {})
            properties[key] = {"type": self.one_of(("string", "string", "integer"))}
            if self.chance(20):
                properties[key]["default"] = self.value(properties[key])
            if "default" not in properties[key] or self.chance(30):
                items["required"] = [key]
            schema["x-kubernetes-list-map-keys"] = [key]
        elif kind == "map" and not self.chance(self._faults):
            kind = "atomic"
        elif kind == "set" and items.get("type") == "object":
            items["x-kubernetes-map-type"] = "atomic"
        schema["x-kubernetes-list-type"] = kind

    def _combine(self, schema: Any) -> None:
        word = self.one_of(("oneOf", "anyOf", "allOf", "not"))
        properties = [*(schema.get("properties") or {"a": {}})]
        branches = [
            {"required": [self.one_of(properties)]},
            {"properties": {self.one_of(properties): {"minLength": 2}}},
            {"minimum": 5}, {"pattern": "^a"}, {"enum": ["a", 1]}, {"maxProperties": 1},
            {"minItems": 1},
        ]  # fmt: skip
        if self.chance(self._faults):
            branches.append(
                self.one_of(({"type": "string"}, {"properties": {"z": {}}}, {"default": 1}))
            )
            branches = branches[-1:]
        chosen = [self.one_of(branches) for _ in range(self.one_of((1, 2, 2, 3)))]
        schema[word] = chosen[0] if word == "not" else chosen

    def _rules(self) -> Any:
        rule: dict[str, Any] = {"rule": self.one_of(_RULES)}
        for word, values in (
            ("message", ("wrong", " ", "a\nb")),
            ("messageExpression", ("'a'", "1", "self.a", "'a' +")),
            ("reason", ("FieldValueInvalid", "FieldValueForbidden", "Odd")),
            ("fieldPath", (".a", ".missing", "a", ".items[0]", " ", ".a['b']")),
            ("optionalOldSelf", (True, False)),
        ):  # fmt: skip
            if self.chance(12):
                rule[word] = self.one_of(values)
        return [rule]

    def definition(self) -> Any:
        """A whole CustomResourceDefinition."""
        names = {"plural": "drawns", "kind": "Drawn"}
        for word, values in (
            ("singular", ("drawn", "Not Valid!", "drawns")),
            ("listKind", ("DrawnList", "Drawn", "list")),
            ("shortNames", (["dr"], ["dr", "dr"], ["Not Valid!"], [])), ("plural", ("others", "")),
            ("categories", (["all"], ["A"])), ("kind", ("drawn", "Not Valid!", "")),
        ):  # fmt: skip
            if self.chance(6):
                names[word] = self.one_of(values)
        spec: dict[str, Any] = {
            "group": "NAMESPACE.example.com",
            "scope": self.one_of(("Namespaced", "Cluster")),
            "names": names,
            "versions": self._versions(),
        }
        if self.chance(5):
            spec["preserveUnknownFields"] = True
        if self.chance(8):
            spec["conversion"] = self._conversion()
        if self.chance(self._faults):
            spec["group"] = self.one_of(
                ("apps", "", "NAMESPACE.k8s.io", "A.b", "NAMESPACE.example.com.")
            )
        name = {"name": f"{names['plural']}.{spec['group']}"}
        return {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": name, "spec": spec,
        }  # fmt: skip

    def _versions(self) -> Any:
        count = self.one_of((1, 1, 1, 2, 3))
        if self.chance(self._faults / 2):
            count = 0
        versions = []
        common = self.root()
        for index in range(count):
            schema = common if self.chance(30) else self.root()
            version = {
                "name": f"v{index}",
                "served": True, "storage": (index == 0) != self.chance(5),
                "schema": {"openAPIV3Schema": copy.deepcopy(schema)},
            }  # fmt: skip
            if self.chance(15):
                version["name"] = self.one_of(("v1", "v2", "v1beta1", "V1", ""))
            if self.chance(self._faults):
                version["schema"] = self.one_of(({}, None, {"openAPIV3Schema": None}))
            self._serve(version)
            versions.append(version)
        return versions

    def _serve(self, version: Any) -> None:
        paths = (
            ".spec.size",
            ".spec.a",
            ".metadata.name",
            "spec.a",
            ".status.b",
            ".",
            "",
            ".spec.items[0]",
        )
        if self.chance(25):
            version["subresources"] = {"status": {}}
            if self.chance(60):
                scale = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}
                for word in (*scale, "labelSelectorPath"):
                    if self.chance(20):
                        scale[word] = self.one_of(paths)
                version["subresources"]["scale"] = scale
        if self.chance(20):
            column = {"name": "A", "type": self.one_of(("string", "integer", "date", "odd", ""))}
            column["jsonPath"] = self.one_of(paths)
            if self.chance(30):
                column["format"] = self.one_of(_FORMATS)
            version["additionalPrinterColumns"] = [column]
        if self.chance(20):
            version["selectableFields"] = [
                {"jsonPath": self.one_of(paths)} for _ in range(self.one_of((1, 2, 9)))
            ]
        if self.chance(6):
            version["deprecated"] = True
        if self.chance(6):
            version["deprecationWarning"] = self.one_of(("old", "", "a\nb", "x" * 300))

    def _conversion(self) -> Any:
        client = self.one_of(
            (
                {"url": "https://example.com/convert"}, {"url": "http://example.com"}, {"url": ""},
                {"service": {"name": "a", "namespace": "b"}}, {"service": {"name": ""}}, {},
                {"url": "https://a", "service": {"name": "a", "namespace": "b"}},
                {"url": "https://a", "caBundle": "bm90IGEgYnVuZGxl"},
            )
        )  # fmt: skip
        reviews = self.one_of((["v1"], ["v1beta1", "v1"], [], ["v2"], ["v1", "v1"]))
        webhook = {"clientConfig": client, "conversionReviewVersions": reviews}
        return self.one_of(
            ({"strategy": "Webhook", "webhook": webhook}, {"strategy": "None", "webhook": webhook},
             {"strategy": "Webhook"}, {"strategy": "Odd"})
        )  # fmt: skip

    def value(self, schema: Any, hostile: float = 0, depth: int = 0) -> Any:
        """A value for a schema; so many in a hundred of its parts are of any kind."""
        if self.chance(hostile):
            return self.one_of(_ODD)
        if schema.get("x-kubernetes-int-or-string"):
            return self.one_of((1, "50%", "text", -1, 1.5))
        if schema.get("x-kubernetes-embedded-resource"):
            return self._embedded(hostile)
        if schema.get("enum") and self.chance(85):
            return self.one_of(schema["enum"])
        match schema.get("type"):
            case "string":
                return self._text(schema)
            case "integer":
                return self.one_of((0, 1, 2, 5, 10, -5, 100, 1.5, 2**31))
            case "number":
                return self.one_of((0, 0.5, 1.5, 2, -1.5, 10, 1000000))
            case "boolean":
                return self.one_of((True, False))
            case "array":
                items = schema.get("items")
                count = self.one_of((0, 1, 1, 2, 2, 3))
                inner = items if isinstance(items, dict) else {"type": "string"}
                return [self.value(inner, hostile, depth + 1) for _ in range(count)]
            case "object":
                return self._object(schema, hostile, depth)
        return self.one_of(("text", 1, {"a": {"b": 1}}, [1, {"c": None}]))

    def _object(self, schema: Any, hostile: float, depth: int) -> Any:
        properties = schema.get("properties") or {}
        required = schema.get("required") or []
        tree = {}
        for name, inner in properties.items():
            if self.chance(92 if name in required else 55):
                tree[name] = self.value(inner, hostile, depth + 1)
        others = schema.get("additionalProperties")
        if isinstance(others, dict):
            for name in ("x", "y")[: self.one_of((0, 1, 2))]:
                tree[name] = self.value(others, hostile, depth + 1)
        if self.chance(hostile):
            tree["unknown"] = self.one_of((1, {"a": 1}, None))
        return tree

    def _embedded(self, hostile: float) -> Any:
        tree: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
        if self.chance(40):
            tree["spec"] = {"a": 1}
        if self.chance(20 + 2 * hostile):
            name = self.one_of(("apiVersion", "kind", "metadata"))
            tree[name] = self.one_of(
                ("a/b/c", "", "Not Valid!", 7, None, {"labels": {"a b": "c"}}, {"unknown": 1},
                {"labels": 7},
                 {"name": "a/b"}, {"creationTimestamp": None}, {"generation": -1},
                 {"namespace": "A"})
            )  # fmt: skip
        return tree

    def _text(self, schema: Any) -> str:
        texts = {
            "date-time": ("2026-01-02T03:04:05Z", "2026-01-02", "2026-01-02T03:04:05", "now", ""),
            "date": ("2026-01-02", "2026-13-02", "today"), "byte": ("aGVsbG8=", "!", "aGVsbG8", ""),
            "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123"),
            "email": ("a@b.c", "a", "A <a@b>"),
            "ipv4": ("10.1.2.3", "010.1.2.3", "::1", "10.1.2"),
            "cidr": ("10.0.0.0/8", "10.0.0.1/33", "a"),
            "duration": ("1h", "1 day", "1.5h", "h", ""), "hostname": ("a.b", "a_b", "-a", "a"),
            "uri": ("https://a/b", "/a", "a b", "a"),
            "mac": ("00:00:5e:00:53:01", "00-00", "0000.5e00.5301"),
            "k8s-short-name": ("a", "a.b", "A"), "password": ("a",),
        }  # fmt: skip
        plain = ("a", "abc", "", "b", "aaaa", "x" * 10, "1", "ä", "text", "a b", "b1", "a\n")
        return str(self.one_of(texts.get(schema.get("format"), plain)))
