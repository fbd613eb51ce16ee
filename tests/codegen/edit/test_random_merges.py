"""Random edits of a user, and random changes of a CRD: both are in what is merged."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.edit.declared import Declaration, Key, State, read
from codegen.edit.expressions import references
from codegen.edit.merge import merge
from codegen.edit.settled import settled
from codegen.importer import compare, documents, returned
from codegen.importer.crds import import_crds
from codegen.source import conflicts

PATH = "apis/example_com/v1/types.py"
WORDS = ("name", "size", "source", "ports", "proxyURL", "class", "target", "rules", "list", "mode")


class Random(random.Random):
    """`objects` are schemas that are used more than once, so that classes are shared."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.objects: list[dict[str, Any]] = []

    def happens(self, chance: float) -> bool:
        return self.random() < chance


# --- CRDs -----------------------------------------------------------------------------------------


def schema(source: Random, depth: int) -> dict[str, Any]:
    """A schema of a random type."""
    kind = source.choice(
        ["text", "number", "values", *(["object", "list", "map"] if depth else [])]
    )
    made: dict[str, Any] = {}
    match kind:
        case "text":
            made = {"type": "string", **source.choice([{}, {"minLength": source.randint(1, 3)}])}
        case "number":
            made = {"type": "integer", **source.choice([{}, {"format": "int32"}, {"minimum": 1}])}
        case "values":
            values = source.sample(["A", "B", "in C", "D"], source.randint(1, 4))
            made = {"type": "string", "enum": values}
        case "object":
            made = an_object(source, depth - 1)
        case "list":
            made = {"type": "array", "items": an_object(source, depth - 1)}
        case "map":
            inner = schema(source, depth - 1)
            made = {"type": "object", "additionalProperties": inner}
    if source.happens(0.4):
        made["description"] = f"Says {source.choice(WORDS)}."
    return made


def an_object(source: Random, depth: int) -> dict[str, Any]:
    if source.objects and depth < 2 and source.happens(0.5):
        return copy.deepcopy(source.choice(source.objects))
    names = source.sample(WORDS, source.randint(1, 4))
    made: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema(source, depth) for name in names},
    }
    if source.happens(0.5):
        made["required"] = [source.choice(names)]
    source.objects.append(copy.deepcopy(made))
    return made


def objects(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas with members in one, it included."""
    if "properties" in tree:
        yield tree
        for inner in tree["properties"].values():
            yield from objects(inner)
    for word in ("items", "additionalProperties"):
        if word in tree:
            yield from objects(tree[word])


def changed(spec: dict[str, Any], source: Random) -> dict[str, Any]:
    """Another release of a schema."""
    spec = copy.deepcopy(spec)
    for _ in range(source.randint(1, 4)):
        one = source.choice([*objects(spec)])
        name = source.choice([*one["properties"]])
        match source.choice(["add", "remove", "alter", "describe", "require"]):
            case "add":
                one["properties"].setdefault(source.choice(WORDS), schema(source, 1))
            case "remove" if len(one["properties"]) > 1:
                del one["properties"][name]
                one["required"] = [each for each in one.get("required", ()) if each != name]
            case "alter":
                one["properties"][name] = schema(source, 1)
            case "describe":
                one["properties"][name]["description"] = f"Says it {source.randint(1, 99)} times."
            case "require":
                one["required"] = [name] if one.get("required") != [name] else []
    return spec


def crd(spec: dict[str, Any], kind: str) -> documents.Document:
    version = {
        "name": "v1", "served": True, "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}},
    }  # fmt: skip
    tree = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.lower()}s.example.com"},
        "spec": {
            "group": "example.com", "names": {"kind": kind, "plural": f"{kind.lower()}s"},
            "scope": "Namespaced", "versions": [version],
        },
    }  # fmt: skip
    diagnostics = Diagnostics()
    (document,) = documents.parse(json.dumps(tree).encode(), "crd.json", diagnostics)
    assert not diagnostics.failed
    return document


# --- what users do --------------------------------------------------------------------------------


def edited(files: dict[str, str], source: Random) -> tuple[dict[str, str], set[str]]:
    """A package with edits that change no schema, and what must be found in it afterwards."""
    text, marks = edited_module(files[PATH], source)
    if source.happens(0.3):
        return {**files, **moved(text, source)}, marks
    return {**files, PATH: text}, marks


def moved(text: str, source: Random) -> dict[str, str]:
    """A class in a module of its own."""
    module = read(PATH, text)
    own = State({PATH: text})
    free = [
        d for d in module.declared.values() if d.is_class and not references(d, own)
    ]  # which nothing else of the module has to be imported for
    if not free:
        return {PATH: text}
    one = source.choice(free)
    lines = text.split("\n")
    start = one.first - 1 - len(one.lead.lines)
    body = lines[start : one.last]
    del lines[start : one.last]
    heads = [line for line in lines if line.startswith(("from kube", "from typing", "from enum"))]
    first = next(i for i, line in enumerate(lines) if line.startswith("from kube"))
    lines.insert(first + 1, f"from apis.example_com.v1.moved import {one.name}")
    other = "\n".join([*heads, "", "", *body, ""])
    return {PATH: "\n".join(lines), PATH.replace("types", "moved"): other}


def edited_module(text: str, source: Random) -> tuple[str, set[str]]:
    marks: set[str] = set()
    for number in range(source.randint(1, 5)):
        module = read(PATH, text)
        classes = [d for d in module.declared.values() if d.is_class and d.members]
        one = source.choice(classes)
        mark = f"mine_{number}"
        match source.choice(
            ["method", "comment", "class", "field", "tag", "beside", "enum", "own"]
        ):
            case "method":
                lines = text.split("\n")
                lines[one.last : one.last] = [
                    "",
                    f"    def {mark}(self) -> int:",
                    "        return 1",
                ]
                text = "\n".join(lines)
                marks.add(f"def {mark}(self)")
            case "comment":
                text = above(text, one, [f"# {mark}", ""])
                marks.add(f"# {mark}")
            case "tag":
                text = above(text, one, [f"# +example:{mark}"])
                marks.add(f"# +example:{mark}")
            case "class" if one.name not in ("App", "Web"):
                text = re.sub(rf"\b{one.name}\b", f"{one.name}M{number}", text)
            case "field":
                text = with_renamed_field(text, one, mark, source)
            case "beside":
                member = source.choice([*one.members.values()])
                lines = text.split("\n")
                lines[member.last - 1] += f"  # {mark}"
                text = "\n".join(lines)
                marks.add(f"# {mark}")
            case "enum":
                text = with_an_enum(text, number)
            case "own":
                text += f'\n\nclass Own{number}:\n    """{mark}"""\n'
                marks.add(mark)
    return text, marks


def above(text: str, declared: Declaration, new: list[str]) -> str:
    lines = text.split("\n")
    start = declared.first - 1 - len(declared.lead.lines)
    lines[start:start] = new
    return "\n".join(lines)


def with_renamed_field(text: str, one: Declaration, name: str, source: Random) -> str:
    member = source.choice([*one.members.values()])
    lines = text.split("\n")
    line = lines[member.first - 1]
    if member.last != member.first or "field(" in line or "#" in line:
        return text
    left, _, value = line.partition(" = ")
    annotation = left.partition(": ")[2]
    default = f"default={value}, " if value else ""
    lines[member.first - 1] = f'    {name}: {annotation} = field({default}name="{member.wire}")'
    text = "\n".join(lines)
    return (
        text if re.search(r"import.*\bfield\b", text) else f"from kube.runtime import field\n{text}"
    )


def with_an_enum(text: str, number: int) -> str:
    """A Literal becomes an enum."""
    literal = re.search(r": (?:list\[)?(Literal\[([^\]]*)\])", text)
    if literal is None:
        return text
    values = [value.strip() for value in literal[2].split(",")]
    text = text.replace(literal[0], literal[0].replace(literal[1], f"Values{number}"), 1)
    members = "".join(f"    VALUE{i} = {value}\n" for i, value in enumerate(values))
    declared = f"class Values{number}(StrEnum):\n{members}\n\n"
    first = read(PATH, text)
    start = min(d.first - 1 - len(d.lead.lines) for d in first.declared.values())
    lines = text.split("\n")
    lines[start:start] = declared.split("\n")
    return "from enum import StrEnum\n" + "\n".join(lines)


# --- the property ---------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_edits_and_changes_are_both_there_and_a_second_merge_changes_nothing(seed: int) -> None:
    source = Random(seed)
    specs = {kind: an_object(source, 3) for kind in ("App", "Web")}
    imported = [kind for kind in specs if source.happens(0.7)] or ["App"]
    after = {k: changed(spec, source) if k in imported else spec for k, spec in specs.items()}
    base = import_crds([crd(spec, kind) for kind, spec in specs.items()], "apis").files
    new = import_crds([crd(after[kind], kind) for kind in imported], "apis").files
    user, marks = edited(base, source)

    def is_covered(key: Key) -> bool:
        return key[1] in imported

    pristine = settled(base, new, is_covered)
    texts = {**user, **merge(base, pristine, user)}

    whole = "\n".join(texts.values())
    assert {mark for mark in marks if mark not in whole} == set()
    again = settled(pristine, new, is_covered)
    assert again == pristine
    assert merge(pristine, again, texts) == {}
    assert_generates(after, pristine)
    if not any([*conflicts.read(path, text.split("\n"))] for path, text in texts.items()):
        assert_generates(after, texts)


def assert_generates(specs: dict[str, dict[str, Any]], files: dict[str, str]) -> None:
    found, errors = returned.crds(files, ["apis/example_com/v1"])
    assert errors == []
    for kind, spec in specs.items():
        document = crd(spec, kind)
        assert compare.differences(document.crd, found[document.name]) == []
