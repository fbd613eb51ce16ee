"""What an import calls a type, and where its name comes from, does not change by accident."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.importer import documents
from codegen.importer.packages import Importer
from codegen.model import Position, Struct

WORDS = ("web", "cache", "port", "probe", "limits", "secretRef", "routes", "policy")
NEW = ("zebra", "yaks", "xenon")
"""Words that no other schema has."""


def schemas(words: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects whose every member is of a type of its own, as its words make it."""
    leaf = st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": "boolean"}])
    names = st.sampled_from(words)

    def grown(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        objects = st.dictionaries(names, inner, min_size=1, max_size=4).map(
            lambda properties: {"type": "object", "properties": properties}
        )
        return st.one_of(objects, objects.map(lambda items: {"type": "array", "items": items}))

    return st.recursive(leaf, grown, max_leaves=12)


KINDS = st.dictionaries(
    st.sampled_from(["App", "Job"]),
    st.dictionaries(st.sampled_from(WORDS), schemas(WORDS), min_size=1, max_size=4),
    min_size=1,
)
UNRELATED = st.dictionaries(st.sampled_from(NEW), schemas(NEW), min_size=1)


def crds(kinds: dict[str, dict[str, Any]]) -> list[documents.Document]:
    found = []
    for kind, properties in kinds.items():
        plural = f"{kind.lower()}s"
        # Each class has a text of its own, so that no two are one.
        spec = described({"type": "object", "properties": properties}, kind)
        schema = {"type": "object", "properties": {"spec": spec}}
        crd = {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.example.com"},
            "spec": {
                "group": "example.com",
                "names": {"kind": kind, "plural": plural},
                "scope": "Namespaced",
                "versions": [
                    {"name": "v1", "served": True, "storage": True,
                     "schema": {"openAPIV3Schema": schema}}
                ],
            },
        }  # fmt: skip
        found.append(documents.Document(crd, Position("crd.yaml")))
    return found


def described(schema: dict[str, Any], path: str) -> dict[str, Any]:
    kept = {**schema, "description": path}
    if "items" in kept:
        kept["items"] = described(kept["items"], f"{path}[]")
    if "properties" in kept:
        kept["properties"] = {
            name: described(inner, f"{path}.{name}") for name, inner in kept["properties"].items()
        }
    return kept


def class_names(kinds: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The names of the classes by a text that their members have: where each was found."""
    (package,) = Importer("apis").imported(crds(kinds)).packages
    found = {}
    for declared in package.types:
        if isinstance(declared, Struct) and declared.kind == "struct":
            member = declared.fields[0].doc or declared.doc
            found[re.sub(r"\.\w+$", "", member)] = declared.name.name
    return found


@settings(max_examples=60, deadline=None)
@given(kinds=KINDS, added=UNRELATED, data=st.data())
def test_an_unrelated_part_of_a_crd_changes_no_name(
    kinds: dict[str, dict[str, Any]], added: dict[str, Any], data: st.DataObject
) -> None:
    before = class_names(kinds)
    kind = data.draw(st.sampled_from(sorted(kinds)))
    after = class_names({**kinds, kind: {**added, **kinds[kind]}})
    assert {path: after.get(path) for path in before} == before
    without = class_names({**kinds, "Other": added})
    assert {path: without.get(path) for path in before} == before


@settings(max_examples=30, deadline=None)
@given(kinds=KINDS)
def test_the_order_of_kinds_and_members_changes_no_name(kinds: dict[str, dict[str, Any]]) -> None:
    turned = {k: dict(reversed(kinds[k].items())) for k in reversed(kinds)}
    assert class_names(turned) == class_names(kinds)


@pytest.mark.parametrize("kind", ["App", "Job"])
def test_a_class_of_one_word_keeps_it_beside_other_words(kind: str) -> None:
    port = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert class_names({kind: {"port": port}})[f"{kind}.port"] == "Port"
