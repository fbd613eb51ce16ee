"""Kubernetes' own API in `kube.api` is the one that the OpenAPI documents of a server tell of."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kube.envtest
from kube.api import meta
from kube.runtime import Object, ObjectList, codec, resource_of

DOCUMENTS = Path(kube.envtest.__file__).parent / "openapi"
EXAMPLES = int(os.environ.get("TEST_EXAMPLES", "3"))
"""Of each kind; `make test-all` asks for more."""

META = "io.k8s.apimachinery.pkg.apis.meta.v1."
GVK = "x-kubernetes-group-version-kind"


@cache
def schemas() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(DOCUMENTS.glob("*.json")):
        found |= json.loads(path.read_text())["components"]["schemas"]
    return found


@cache
def paths() -> set[str]:
    return {
        path
        for document in sorted(DOCUMENTS.glob("*.json"))
        for path in json.loads(document.read_text())["paths"]
    }


def class_of(name: str) -> Any:
    """The class of `io.k8s.api.apps.v1.Deployment`: `kube.api.apps.v1.Deployment`."""
    *_, group, version, own = name.split(".")
    return getattr(import_module(f"kube.api.{group}.{version}"), own)


def is_kind(name: str, schema: dict[str, Any]) -> bool:
    held = schema.get("properties", {}).get("metadata", {})
    return GVK in schema and referred(held) == f"{META}ObjectMeta"


def referred(schema: dict[str, Any]) -> str | None:
    reference = schema.get("$ref") or next(iter(schema.get("allOf", ())), {}).get("$ref")
    return None if reference is None else str(reference).rpartition("/")[2]


KINDS = sorted(name for name, schema in schemas().items() if is_kind(name, schema))


def test_every_schema_is_a_class_of_its_package() -> None:
    plain = {"JSON", "Patch", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool"}
    plain |= {"JSONSchemaPropsOrStringArray"}
    missing = []
    for name in schemas():
        if ".apimachinery.pkg." in name or name.rpartition(".")[2] in plain:
            continue
        try:
            class_of(name)
        except (ImportError, AttributeError):
            missing.append(name)
    assert not missing


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_leads_to_the_resource_of_its_paths(name: str) -> None:
    cls = class_of(name)
    gvk = schemas()[name][GVK][0]
    prefix = f"/apis/{gvk['group']}/{gvk['version']}" if gvk["group"] else f"/api/{gvk['version']}"
    resource = resource_of(cls)
    assert (resource.group, resource.version, resource.kind) == tuple(
        gvk[word] for word in ("group", "version", "kind")
    )
    own = {p for p in paths() if re.fullmatch(rf"{prefix}(/namespaces/{{namespace}})?/[^/{{]+", p)}
    if cls.__name__ not in ("Scale", "Eviction", "TokenRequest"):  # bodies of subresources
        scope = "/namespaces/{namespace}" if resource.namespaced else ""
        assert f"{prefix}{scope}/{resource.plural}" in own
        assert resource.namespaced == (
            f"{prefix}/namespaces/{{namespace}}/{resource.plural}" in own
        )


def test_a_list_has_the_items_of_its_kind() -> None:
    for name, schema in schemas().items():
        items = schema.get("properties", {}).get("items", {}).get("items")
        if GVK not in schema or items is None or ".meta.v1." in name:
            continue
        cls = class_of(name)
        assert issubclass(cls, ObjectList)
        assert resource_of(cls).type is class_of(referred(items) or "")


def test_types_of_meta_have_the_members_that_the_documents_tell_of() -> None:
    different = {}
    for name, schema in schemas().items():
        own = name.rpartition(".")[2]
        cls = getattr(meta.v1, own, None)
        if not name.startswith(META) or "properties" not in schema or cls is None:
            continue
        if not isinstance(cls, type) or own in ("APIResource", "DeleteOptions", "WatchEvent"):
            continue  # as the client uses them
        fields = set(cls.__struct_encode_fields__)  # type: ignore[attr-defined]
        fields = {name for name in fields if not name.startswith("unknown-members-")}
        if fields != set(schema["properties"]):
            different[own] = fields ^ set(schema["properties"])
    assert not different


# --- objects drawn from schemas -------------------------------------------------------------------

_WORDS = ("", "a", "web", "10.0.0.1", "ä\u2028", 'say "x"')


def drawn(schema: dict[str, Any], random: Random, depth: int = 0) -> Any:
    """A value of a schema. What Go holds by value is always there, as Go writes it."""
    name = referred(schema)
    if name is not None:
        if name in _SPECIAL:
            return random.choice(_SPECIAL[name])
        value = drawn(schemas()[name], random, depth)
        return _without_zeros(value, name) if name.startswith(META) else value
    if "enum" in schema:
        return random.choice(schema["enum"])
    match schema.get("type"), schema.get("format"):
        case "object", _ if isinstance(schema.get("additionalProperties"), dict):
            keys = random.sample(_WORDS, random.randint(0, 2))
            return {key: drawn(schema["additionalProperties"], random, depth + 1) for key in keys}
        case "object", _:
            return _object(schema, random, depth)
        case "array", _:
            length = random.randint(0, 2 if depth < 5 else 0)
            return [drawn(schema["items"], random, depth + 1) for _ in range(length)]
        case "string", "byte":
            return base64.b64encode(random.randbytes(random.randint(0, 4))).decode()
        case "string", _:
            return random.choice(_WORDS)
        case "integer", "int32":
            return random.choice((0, 1, -1, 2**31 - 1, -(2**31)))
        case "integer", _:
            return random.choice((0, 7, 2**63 - 1, -(2**63)))
        case "number", _:
            return random.choice((0.0, 1.5, -2.25))
        case "boolean", _:
            return random.choice((True, False))
    raise AssertionError(schema)


def _object(schema: dict[str, Any], random: Random, depth: int) -> dict[str, Any]:
    required = schema.get("required", ())
    members = {
        name: drawn(member, random, depth + 1)
        for name, member in schema.get("properties", {}).items()
        if name in required
        or (member.get("default") == {} and referred(member))
        or random.random() < (0.5 if depth < 3 else 0.15)
    }
    if GVK in schema:  # TypeMeta, of which Go leaves out what is empty
        for name in ("apiVersion", "kind"):
            if members.get(name) == "":
                del members[name]
    return members


_SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": ("1", "100m", "1.5Gi", 3),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": (80, "http", "25%"),
    "io.k8s.apimachinery.pkg.runtime.RawExtension": ({}, {"a": [1, {"b": None}]}),
    f"{META}Time": ("2026-01-02T03:04:05Z",),
    f"{META}MicroTime": ("2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05.123456Z"),
    f"{META}FieldsV1": ({"f:spec": {"f:a": {}}},),
    **{
        f"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.{name}": values
        for name, values in {
            "JSON": (1, "x", [1, None], {"a": {}}, True),
            "JSONSchemaPropsOrArray": ({}, {"type": "string", "$ref": "#"}),
            "JSONSchemaPropsOrBool": (True, False, {"x-kubernetes-list-type": "set"}),
            "JSONSchemaPropsOrStringArray": (["a"], {"type": "string"}),
        }.items()
    },
}


def _without_zeros(tree: dict[str, Any], name: str) -> dict[str, Any]:
    """Go leaves out zero values in metadata, and so do the types of the runtime."""
    required = schemas()[name].get("required", ())
    return {
        member: value
        for member, value in tree.items()
        if member in required or isinstance(value, list | dict | bool) or value
    }


@pytest.mark.parametrize("name", KINDS)
def test_an_object_of_each_kind_comes_back_as_it_was(name: str) -> None:
    cls: type[Object] = class_of(name)
    gvk = schemas()[name][GVK][0]
    api_version = "/".join(filter(None, (gvk["group"], gvk["version"])))

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.integers(0, 2**32))
    def comes_back(seed: int) -> None:
        tree = drawn(schemas()[name], Random(seed))
        tree |= {"apiVersion": api_version, "kind": gvk["kind"]}
        one = codec.decode(json.dumps(tree).encode(), cls)
        assert json.loads(codec.encode(one)) == tree
        copied = one.deep_copy()
        assert copied == one
        assert codec.encode(copied) == codec.encode(one)

    comes_back()


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_can_be_named_by_its_metadata_alone_where_go_holds_the_rest_by_value(
    name: str,
) -> None:
    required = set(schemas()[name].get("required", ())) - {"metadata"}
    cls = class_of(name)
    if required - {"eventTime"}:  # a zero time, which Go writes as null
        with pytest.raises(TypeError):
            cls()
    else:
        assert codec.decode(codec.encode(cls()), cls) == cls()


# --- what an import costs -------------------------------------------------------------------------


def loaded(statement: str) -> set[str]:
    """The modules of `kube.api` that a program has after a statement, and what they need."""
    code = f"import sys\n{statement}\nprint(*(m for m in sys.modules if m.startswith('kube.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def versions(modules: set[str]) -> set[str]:
    return {m for m in modules if re.fullmatch(r"kube\.api\.\w+\.v\d\w*", m)}


@pytest.mark.parametrize(
    ("module", "others"),
    [
        ("kube.api.coordination.v1", set()),
        ("kube.api.rbac.v1", set()),
        ("kube.api.policy.v1", set()),
        ("kube.api.core.v1", set()),
        ("kube.api.apps.v1", {"kube.api.core.v1"}),
        ("kube.api.batch.v1", {"kube.api.core.v1"}),
    ],
)
def test_a_version_imports_only_what_its_types_are_made_of(module: str, others: set[str]) -> None:
    modules = loaded(f"import {module}")
    assert versions(modules) == {module, "kube.api.meta.v1", *others}


def test_importing_types_imports_nothing_generated_and_no_client() -> None:
    modules = loaded("import kube.api.apps.v1")
    assert not [m for m in modules if "zz_generated" in m]
    assert not [m for m in modules if m.startswith(("kube.client", "kube.envtest", "kube.cache"))]


def test_a_resource_is_found_without_the_rest_of_the_generated_code() -> None:
    statement = "import kube.api.apps.v1 as v1, kube.runtime as r; r.resource_of(v1.Deployment)"
    generated = {m for m in loaded(statement) if "zz_generated" in m}
    assert generated == {"kube.api.apps.v1.zz_generated_resources"}
