"""Requests drawn by hypothesis from the schema of a kind: an object, changed in a few places.

A place is found by walking the schema and the object together, so members that the object does not
have are reached too. What is put there is mostly of the right type, with values that rules are
about (names, ports, quantities, times, selectors), and sometimes hostile: empty, huge, negative, of
a wrong type, null, or not known.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from kube.envtest.apiserver.schemas import documents
from tests.kube.conformance.kinds.changes import CHANGEABLE, in_place, named
from tests.kube.conformance.kinds.schema_drawing import SchemaDrawer

Path = tuple[str | int, ...]

REMOVED = object()
_WHOLE = "io.k8s.apimachinery.pkg."
_META = f"{_WHOLE}apis.meta.v1.ObjectMeta"
_OWN_META = ("labels", "annotations", "finalizers", "ownerReferences", "generation")
DEEPEST = 5

_SPECIAL: dict[str, tuple[Any, ...]] = {
    f"{_WHOLE}api.resource.Quantity": (
        "1", "100m", "1Gi", "0", "-1", "1.5", "1n", "1e3", "0.5Gi", "2.5Ki", "9E", "99E", "+1",
        "1Ki ", "", "abc", 5, 1.5, "1u", "1e-1", "01", ".5", "5.", "1000m", "1024Mi",
    ),
    f"{_WHOLE}util.intstr.IntOrString": (
        0, 1, 80, -1, 70000, 2**31, "http", "50%", "0%", "101%", "-1%", "50", "", "Not Valid!",
        "a-name-that-is-too-long", "%", 1.5,
    ),
    f"{_WHOLE}apis.meta.v1.Time": (
        "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00", "2026-01-02T03:04:05.678Z",
        "2026-13-02T03:04:05Z", "", "now", 7,
    ),
    f"{_WHOLE}apis.meta.v1.MicroTime": (
        "2026-01-02T03:04:05.000006Z", "2026-01-02T03:04:05.000006+02:00", "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.1Z", "", "now", 7,
    ),
    f"{_WHOLE}runtime.RawExtension": ({"a": 1}, {}, {"spec": {"b": [1]}}, "text", 1),
    f"{_WHOLE}apis.meta.v1.FieldsV1": ({}, {"f:metadata": {}}),
}  # fmt: skip
"""Values of the types that have a form of their own."""

_NAMES = ("a", "main", "config", "data", "http", "builder", "b", "a.b", "Not Valid!", "", "x" * 64)
_STRINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("protocol", ("TCP", "UDP", "SCTP", "tcp", "")),
    ("operator", ("In", "NotIn", "Exists", "DoesNotExist", "Equal", "Gt", "Lt", "Bad", "")),
    ("effect", ("NoSchedule", "PreferNoSchedule", "NoExecute", "Bad", "")),
    ("apiVersion", ("v1", "apps/v1", "example.com/v1", "a/b/c", "", "Not Valid!")),
    ("apiGroup|group", ("", "apps", "rbac.authorization.k8s.io", "example.com", "Not Valid!")),
    ("kind", ("Pod", "Deployment", "User", "Group", "ServiceAccount", "Not Valid!", "", "Widget")),
    ("(mount|sub|host|log)?[pP]ath(Expr)?", (
        "/data", "/etc/config", "p", "a/b", "../a", "/a/../b", "a/..", "", "/", "$(A)", "/a:b",
        "..data", "/%2f", "//",
    )),
    ("image|reference", ("nginx", "nginx:1", "a/b:latest", " nginx", "Not Valid!", "")),
    (".*[iI][pP]s?|addresses", (
        "10.1.2.3", "::1", "10.1.2.300", "010.1.2.3", "127.0.0.1", "169.254.1.1", "0.0.0.0",
        "224.0.0.1", "fe80::1", "None", "", "text", "10.96.7.7", "::ffff:1.2.3.4",
    )),
    (".*cidr|.*CIDRs?|except|.*Ranges", (
        "10.0.0.0/8", "10.0.1.0/24", "2001:db8::/32", "10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "",
        "text",
    )),
    ("host(name)?|hosts|subdomain|domain|externalName|searches", (
        "a", "a.example.com", "*.example.com", "*", "A", "10.1.2.3", "", "x" * 64, "a..b", "-a",
    )),
    ("key", ("app", "a", "example.com/a", "-bad", "", "a b", "x" * 64, "tier", "A_b.c", "a/b/c")),
    ("value|values", ("", "a", "b", "web", "Not Valid!", "x" * 64, "text", "-a", "1")),
    ("schedule", (
        "@daily", "*/5 * * * *", "0 0 1 1 *", "* * *", "", "61 * * * *", "@every 5m", "@bad",
        "TZ=UTC 0 * * * *", "0 0 * * MON-FRI", "a b c d e", "*/0 * * * *",
    )),
    ("timeZone", ("Europe/Berlin", "UTC", "Local", "Nowhere/Land", "", " UTC")),
    ("url", (
        "https://a.example.com/x", "http://a.example.com", "https://", "https://u:p@a", "text", "",
        "https://a/x?y=z", "https://a/#f",
    )),
    ("expression", ("true", "request.name == 'a'", "1 +", "1", "", "object.x")),
    ("fieldPath", (
        "metadata.name", "metadata.labels['a']", "metadata.labels['-']", "spec.nodeName",
        "status.podIP", "metadata.bad", "", "metadata.annotations['A/b']", "metadata.labels",
    )),
    ("resource", ("limits.cpu", "requests.memory", "limits.bad", "", "cpu", "pods")),
    ("resources", ("pods", "*", "pods/status", "*/*", "pods/*", "", "*/scale", "a/b/c")),
    ("verbs", ("get", "*", "list", "")),
    ("nonResourceURLs", ("/healthz", "*", "/a/*", "text", "")),
    ("accessModes", ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod", "Bad")),
    ("scopeName", ("PriorityClass", "Terminating", "Bad")),
    ("finalizers", ("example.com/a", "foregroundDeletion", "orphan", "kubernetes", "bad name", "")),
    ("add|drop", ("ALL", "NET_ADMIN", "")),
    ("topologyKey", ("kubernetes.io/hostname", "zone", "", "Not Valid!")),
    ("controller", ("example.com/a", "a", "", "example.com/", "Not Valid!/a")),
    ("provisioner|driver", ("example.com/disk", "a", "", "Not Valid!", "A/b")),
    ("conditionType|type", ("Ready", "example.com/a", "Not Valid!", "", "Opaque", "Available")),
    ("status", ("True", "False", "Unknown", "", "true")),
    ("reason", ("Because", "Not Valid!", "")),
    ("schedulerName|.*[nN]ame|.*Ref", _NAMES),
)  # fmt: skip
"""Texts by the name of their member."""
_ANY_TEXT = ("a", "text", "", "Not Valid!", "x" * 300, "example.com/a", "10", "\u00e4", "a.b")
_INTEGERS = (1, 2, 0, 80, -1, 3, 10, 100, 443, 30080, 65535, 65536, 2**31 - 1, 1000, 511, 512)
_HUGE = (2**31, 2**63, -(2**31) - 1, 1.5, 10**30)
_HOSTILE = ("", "text", 7, -1, True, None, [], {}, ["text"], {"a": "b"}, "x" * 300, 2**63)
_KEYS = ("app", "a", "example.com/a", "cpu", "memory", "storage", "-bad", "", "a b", "x" * 64)
_KEYS_OF = {
    "limits|requests|hard|capacity|allocatable|min|max|default|defaultRequest|overhead": (
        "cpu", "memory", "storage", "ephemeral-storage", "hugepages-2Mi", "example.com/gpu", "bad",
        "pods", "a b", "requests.cpu",
    ),
    "data|binaryData|stringData": ("key", "a.b", "a b", "..", "", "x" * 254, "tls.crt", "raw"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request: what is done with which body."""

    verb: str
    body: Any
    query: dict[str, Any] = field(default_factory=dict)


class Drawer:
    """Draws the values and changes of one kind's objects."""

    def __init__(self, random: Random, group: str, version: str) -> None:
        self._random = random
        self._schemas = documents.schemas(group, version)

    def one_of(self, values: Sequence[Any]) -> Any:
        return copy.deepcopy(self._random.choice(values))

    def chance(self, percent: int) -> bool:
        return self._random.random() * 100 < percent

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def inside(self, schema: Any) -> tuple[str, Any]:
        """The name of a schema, if it has one, and what stands there."""
        name = documents.target(schema)
        return name, self._schemas[name] if name and name in self._schemas else schema

    def value(self, schema: Any, member: str, depth: int = 0) -> Any:
        if self.chance(6):
            return self.one_of(_HOSTILE)
        name, inner = self.inside(schema)
        if name in _SPECIAL:
            return self.one_of(_SPECIAL[name])
        if inner.get("properties"):
            return self._struct(inner, depth)
        match inner.get("type"):
            case "string":
                return self._string(inner, member)
            case "integer":
                return self.one_of(_HUGE) if self.chance(4) else self.one_of(_INTEGERS)
            case "number":
                return self.one_of((0.5, 1, 0, -1))
            case "boolean":
                return self.one_of((True, False))
            case "array":
                sizes = (1, 1, 1, 2, 2, 0) if depth < DEEPEST else (0, 1)
                count = self.one_of(sizes)
                return [self.value(inner["items"], member, depth + 1) for _ in range(count)]
            case "object" if isinstance(inner.get("additionalProperties"), dict):
                items = inner["additionalProperties"]
                keys = [self.key(member) for _ in range(self.one_of((1, 1, 2, 0)))]
                return {key: self.value(items, "value", depth + 1) for key in keys}
        return self.one_of(({"a": 1}, {}, "text", [1]))

    def key(self, member: str) -> str:
        pools = (keys for words, keys in _KEYS_OF.items() if re.fullmatch(words, member))
        return str(self.one_of(next(pools, _KEYS)))

    def _struct(self, schema: Any, depth: int) -> Any:
        members = schema["properties"]
        required = [key for key in schema.get("required", ()) if not self.chance(6)]
        count = self.one_of((1, 1, 2, 2, 3)) if depth < DEEPEST else 1
        optional = [key for key in members if key not in required and key not in _NOT_DRAWN]
        chosen = [self.one_of(optional) for _ in range(count)] if optional else []
        names = [key for key in ("name", "key", "type") if key in optional and self.chance(50)]
        tree = {}
        for key in dict.fromkeys([*required, *names, *chosen]):
            if depth < DEEPEST + 2 or key in required:
                tree[key] = self.value(members[key], key, depth + 1)
        if self.chance(2):
            tree["unknownMember"] = 1
        return tree

    def _string(self, schema: Any, member: str) -> str:
        if "enum" in schema:
            bad = ("", "Not Valid!")
            return str(self.one_of(bad if self.chance(12) else schema["enum"]))
        if schema.get("format") == "byte":
            return str(self.one_of(("aGVsbG8=", "", "!", "aGVsbG8", "aGVs\nbG8=")))
        pools = (texts for words, texts in _STRINGS if re.fullmatch(words, member))
        return str(self.one_of(next(pools, _ANY_TEXT)))

    def change(self, schema: Any, tree: Any, path: Path = ()) -> tuple[Path, Any]:
        """A place in an object, or beside what it has, and what to put there."""
        _, inner = self.inside(schema)
        members = inner.get("properties")
        if members and isinstance(tree, dict):
            there = [key for key in tree if key in members and (path or key not in _NEVER)]
            free = [key for key in members if path or key not in _NEVER]
            if path == ("metadata",):
                there = [key for key in there if key in _OWN_META]
                free = list(_OWN_META)
            key = self.one_of(there if there and not self.chance(35) else free)
            if not path and key == "metadata" and self.chance(65):
                key = self.one_of([each for each in free if each != key] or free)
            return self._into(members[key], tree, key, path)
        if isinstance(tree, list) and "items" in inner:
            index = self.number(0, len(tree))
            if index == len(tree):
                return (*path, index), self.value(inner["items"], _named(path))
            return self._into(inner["items"], tree, index, path)
        if isinstance(tree, dict) and isinstance(inner.get("additionalProperties"), dict):
            items = inner["additionalProperties"]
            if tree and self.chance(60):
                return self._into(items, tree, self.one_of(sorted(tree)), path)
            return (*path, self.key(_named(path))), self.value(items, "value")
        return path, self.value(schema, _named(path))

    def at(self, schema: Any, path: Path) -> Any:
        """A value for a place in an object."""
        if self.chance(10):
            return REMOVED if self.chance(30) else self.one_of(_HOSTILE)
        for step in path:
            _, inner = self.inside(schema)
            if isinstance(step, int):
                schema = inner["items"]
            else:
                schema = (inner.get("properties") or {}).get(step) or inner["additionalProperties"]
        return self.value(schema, _named(path))

    def _into(self, schema: Any, tree: Any, step: Any, path: Path) -> tuple[Path, Any]:
        here = (*path, step)
        is_there = isinstance(step, int) or step in tree
        if is_there and isinstance(tree[step], (dict, list)) and self.chance(80):
            return self.change(schema, tree[step], here)
        if is_there and self.chance(15):
            return here, REMOVED
        if self.chance(12):
            return here, self.one_of(_HOSTILE)
        return here, self.value(schema, _named(here))


_NEVER = ("apiVersion", "kind", "status")
_NOT_DRAWN = ("generateName", "managedFields", "selfLink", "deletionTimestamp")
"""Members of metadata that other tests are about, or whose answers are made by chance."""


def _named(path: Path) -> str:
    """The member that a place belongs to, for items of lists and maps too."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "")


def put(document: Any, path: Path, value: Any) -> Any:
    """The document with a value at a place whose surroundings are there."""
    whole = copy.deepcopy(document)
    if not path:
        return value
    *parents, last = path
    node = whole
    for step in parents:
        node = node[step]
    if value is REMOVED:
        if isinstance(node, list) or last in node:
            del node[last]
    elif isinstance(node, list) and last == len(node):
        node.append(value)
    else:
        node[last] = value
    return whole


def partial(document: Any, path: Path, value: Any, *, keyed: bool) -> Any:
    """A patch that changes one place; of a list it has one item, if `keyed`, or all of them."""
    step, *rest = path
    if isinstance(document, list):
        whole = put(document, path, value)
        if keyed and isinstance(step, int) and step < len(whole):
            return [whole[step]]
        return whole
    if not rest:
        return {step: None if value is REMOVED else value}
    return {step: partial(document[step], tuple(rest), value, keyed=keyed)}


def merged(left: Any, right: Any) -> Any:
    """Two patches in one."""
    if isinstance(left, dict) and isinstance(right, dict):
        both = {key: merged(left[key], right[key]) for key in left if key in right}
        return {**left, **right, **both}
    return right


_POINTERS = ("/spec/none/none", "spec", "", "/metadata/name", "/spec/-", "/metadata/labels/a~1b")
_DIRECTIVES = ("delete", "replace", "merge", "bad")


class Requests:
    """Draws requests about one object."""

    def __init__(self, random: Random, document: Any) -> None:
        group, _, version = document["apiVersion"].rpartition("/")
        self._document = document
        self._drawer = Drawer(random, group, version)
        name = documents.names(group, version)[document["kind"]]
        self._schema = documents.schemas(group, version)[name]
        self._schemas = SchemaDrawer(random)
        self._has_status = "status" in self._schema["properties"]

    def any(self, verbs: Sequence[str]) -> list[Asked]:
        verb = self._drawer.one_of(verbs)
        return getattr(self, f"_{verb}")()  # type: ignore[no-any-return]

    def _changes(self, document: Any = None, most: int = 3) -> list[tuple[Path, Any]]:
        document = self._document if document is None else document
        count = self._drawer.one_of((1, 1, 1, 2, most))
        return [self._drawer.change(self._schema, document) for _ in range(count)]

    def _changed(self) -> Any:
        document = self._document
        for _ in range(self._drawer.one_of((1, 1, 1, 2, 3))):
            path, value = self._drawer.change(self._schema, document)
            document = put(document, path, value)
            if not isinstance(document, dict):
                return self._document
        return document

    def _create(self) -> list[Asked]:
        return [Asked("create", self._changed())]

    def _update(self) -> list[Asked]:
        return [Asked("update", self._changed())]

    def _patch(self, *, keyed: bool) -> Any:
        patch: Any = {}
        for path, value in self._changes(most=2):
            if path:
                patch = merged(patch, partial(self._document, path, value, keyed=keyed))
        return patch

    def _merge(self) -> list[Asked]:
        return [Asked("merge", self._patch(keyed=False))]

    def _strategic(self) -> list[Asked]:
        patch = self._patch(keyed=True)
        if self._drawer.chance(15):
            self._direct(patch)
        return [Asked("strategic", patch)]

    def _direct(self, patch: Any) -> None:
        """Put a directive somewhere into a strategic merge patch."""
        node = patch
        while True:
            inner = [v for v in node.values() if isinstance(v, (dict, list)) and v]
            if not inner or self._drawer.chance(20):
                break
            chosen = self._drawer.one_of(range(len(inner)))
            node = inner[chosen]
            if isinstance(node, list):
                if not isinstance(node[0], dict):
                    return
                node = node[0]
        node["$patch"] = self._drawer.one_of(_DIRECTIVES)

    def _applied(self) -> Any:
        head = {key: self._document[key] for key in ("apiVersion", "kind")}
        name = self._document["metadata"]["name"]
        body = self._changed() if self._drawer.chance(30) else self._patch(keyed=True)
        metadata = body.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        return {**body, **head, "metadata": {**metadata, "name": name}}

    def _apply(self) -> list[Asked]:
        force = {"force": "true"} if self._drawer.chance(40) else {}
        return [Asked("apply", self._applied(), force)]

    def _applies(self) -> list[Asked]:
        """Two managers apply, one after the other, with and without force."""
        steps = [Asked("apply", self._document, {"fieldManager": "one"})]
        for _ in range(self._drawer.number(2, 4)):
            manager = self._drawer.one_of(("two", "one"))
            force = {"force": "true"} if self._drawer.chance(40) else {}
            steps.append(Asked("apply", self._applied(), {"fieldManager": manager, **force}))
        return steps

    def _json(self) -> list[Asked]:
        operations = []
        for path, value in self._changes(most=2):
            pointer = "".join(f"/{_escaped(step)}" for step in path)
            if self._drawer.chance(8):
                pointer = self._drawer.one_of(_POINTERS)
            operations.append(self._operation(pointer, value))
        return [Asked("json", operations)]

    def _operation(self, pointer: str, value: Any) -> Any:
        if value is REMOVED:
            return {"op": "remove", "path": pointer}
        name = self._drawer.one_of(("add", "replace", "add", "replace", "test", "copy", "remove"))
        if name == "remove":
            return {"op": name, "path": pointer}
        if name == "copy":
            source = self._drawer.one_of(("/metadata/labels", "/spec", "/metadata/name"))
            return {"op": self._drawer.one_of(("copy", "move")), "from": source, "path": pointer}
        return {"op": name, "path": pointer, "value": value}

    def _status(self) -> list[Asked]:
        value = self._drawer.value(self._schema["properties"]["status"], "status")
        if self._drawer.chance(50):
            return [Asked("status merge", {"status": value})]
        return [Asked("status update", {**self._document, "status": value})]

    def _change(self) -> list[Asked]:
        """Change members that an update may change."""
        document, patch = self._document, {}
        for _ in range(self._drawer.one_of((1, 1, 2))):
            path, value = self._allowed(document)
            patch = merged(patch, partial(document, path, value, keyed=True))
            document = put(document, path, value)
        verb = self._drawer.one_of(("update", "strategic", "apply"))
        if verb == "update":
            return [Asked(verb, document)]
        if verb == "strategic":
            return [Asked(verb, patch)]
        head = {key: self._document[key] for key in ("apiVersion", "kind")}
        metadata = {**patch.get("metadata", {}), "name": self._document["metadata"]["name"]}
        return [Asked(verb, {**patch, **head, "metadata": metadata}, {"force": "true"})]

    def _allowed(self, document: Any) -> tuple[Path, Any]:
        wanted = self._drawer.one_of(CHANGEABLE[self._document["kind"]])
        while True:
            path, is_whole = in_place(document, wanted)
            if is_whole:
                return path, self._drawer.at(self._schema, path)
            wanted = self._drawer.one_of(CHANGEABLE[self._document["kind"]])

    def _changes_of_status(self) -> list[Asked]:
        """Statuses that follow each other, of an object that is stored."""
        steps = [Asked("apply", self._document, {"fieldManager": "one"})]
        for _ in range(self._drawer.number(2, 3)):
            value = self._drawer.value(self._schema["properties"]["status"], "status")
            steps.append(Asked("status merge", {"status": value}))
        return steps

    def _resize(self) -> list[Asked]:
        path: Path = ("spec", "containers", 0, self._drawer.one_of(("resources",) * 3 + ("image",)))
        if self._drawer.chance(25):
            path = (*path[:-1], "resizePolicy")
        value = self._drawer.at(self._schema, path)
        if self._drawer.chance(60):
            amounts = ("200m", "50m", "128Mi", "1", "0", "2Gi")
            resources = {
                member: {
                    name: self._drawer.one_of(amounts)
                    for name in ("cpu", "memory")
                    if self._drawer.chance(60)
                }
                for member in ("requests", "limits")
            }
            path, value = (*path[:-1], "resources"), resources
        return self._to_part("resize", path, value)

    def _ephemeralcontainers(self) -> list[Asked]:
        path: Path = ("spec", "ephemeralContainers")
        return self._to_part("ephemeralcontainers", path, self._drawer.at(self._schema, path))

    def _to_part(self, part: str, path: Path, value: Any) -> list[Asked]:
        if self._drawer.chance(50):
            return [Asked(f"{part} update", put(self._document, path, value))]
        return [
            Asked(f"{part} strategic", partial(self._document, path, value, keyed=True)),
        ]

    def _binding(self) -> list[Asked]:
        kinds, names = ("Node", "", "Pod", 7), ("a", "", "Not Valid!", None)
        target = {"kind": self._drawer.one_of(kinds), "name": self._drawer.one_of(names)}
        return [Asked("binding create", named(self._document, "Binding", target=target))]

    def _eviction(self) -> list[Asked]:
        options = self._drawer.one_of(
            (
                {}, {"gracePeriodSeconds": 5}, {"propagationPolicy": "Bad"}, {"dryRun": ["Bad"]},
                {"preconditions": {"uid": "text"}}, {"orphanDependents": True},
                {"gracePeriodSeconds": -1},
            )
        )  # fmt: skip
        body = named(self._document, "Eviction", "policy/v1", deleteOptions=options)
        return [Asked("eviction create", body)]

    def _define(self) -> list[Asked]:
        """A definition that is drawn as a whole."""
        return [Asked("create", self._schemas.definition())]

    def _redefine(self) -> list[Asked]:
        """Another definition in the place of the one that is there."""
        drawn = self._schemas.definition()["spec"]
        kept = [key for key in self._document["spec"] if not self._drawer.chance(15)]
        kept = [key for key in kept if key not in ("versions", "conversion")]
        spec = {**drawn, **{key: self._document["spec"][key] for key in kept}}
        return [Asked("update", {**self._document, "spec": spec})]

    def _scale(self) -> list[Asked]:
        replicas = self._drawer.one_of((0, 1, 5, -1, 2**31, "text", None, 1.5))
        spec = {"replicas": replicas}
        verb = self._drawer.one_of(("merge", "update", "json", "strategic", "apply"))
        if verb in ("merge", "strategic"):
            return [Asked(f"scale {verb}", {"spec": spec})]
        if verb == "json":
            operation = {"op": "replace", "path": "/spec/replicas", "value": replicas}
            return [Asked("scale json", [operation])]
        return [Asked(f"scale {verb}", named(self._document, "Scale", "autoscaling/v1", spec=spec))]


def _escaped(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def requests(document: Any, verbs: Sequence[str], count: int, begin: int) -> list[list[Asked]]:
    """So many requests about an object, the same for the same number to begin with."""
    drawn: list[list[Asked]] = []

    @seed(begin)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def draw(random: Random) -> None:
        # Hypothesis' own choices repeat each other in order to shrink; nothing is shrunk here.
        drawn.append(Requests(random, document).any(verbs))

    draw()
    return drawn[:count]
