"""Python's types, our schemas, jsonschema and the embedded server agree on which objects are valid.

Objects are made as instances of the API's classes; each mutation breaks one constraint, and both
judges must refuse it, at the field that it is about.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.crd.generate import generate
from kube.client.transport import Request, Response
from kube.envtest import Server

pytest.importorskip("cel_expr_python", reason="rules need the extra envtest")

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import msgspec  # noqa: E402
from property_api.v1.types import (  # noqa: E402
    Circle,
    Color,
    Part,
    Sample,
    SampleSpec,
    Square,
)

PATH = "/apis/property.example.com/v1/namespaces/default/samples"

lower = st.characters(min_codepoint=ord("a"), max_codepoint=ord("z"))
words = st.text(lower, min_size=1, max_size=5)
parts = st.lists(
    st.builds(
        lambda name, side: Part(name=name, **side),
        words,
        st.sampled_from([{}, {"left": "l"}, {"right": "r"}]),
    ),
    max_size=4,
    unique_by=lambda part: part.name,
)
specs = st.builds(
    SampleSpec,
    least=st.integers(0, 50),
    most=st.integers(50, 100),
    open=st.integers(1, 9),
    step=st.integers(-30, 30).map(lambda n: n * 3),
    word=st.text(lower, min_size=1, max_size=8),
    color=st.sampled_from(list(Color)),
    mode=st.sampled_from(["on", "off"]),
    port=st.one_of(st.integers(0, 9), words),
    tags=st.lists(st.text(lower, min_size=2, max_size=4), max_size=3),
    labels=st.dictionaries(words, st.integers(0, 9), min_size=1, max_size=2),
    parts=parts,
    shape=st.one_of(
        st.builds(Circle, radius=st.integers(1, 9)), st.builds(Square, width=st.integers(2, 9))
    ),
)

Mutation = Callable[[dict[str, Any]], object]
MUTATIONS: dict[str, tuple[str, Mutation]] = {
    "below the minimum": ("spec.least", lambda s: s.update(least=-1)),
    "above the maximum": ("spec.most", lambda s: s.update(most=101)),
    "at an exclusive bound": ("spec.open", lambda s: s.update(open=10)),
    "no multiple": ("spec.step", lambda s: s.update(step=4)),
    "against the pattern": ("spec.word", lambda s: s.update(word="A")),
    "too long": ("spec.word", lambda s: s.update(word="abcdefghi")),
    "none of the enum": ("spec.color", lambda s: s.update(color="green")),
    "none of the literals": ("spec.mode", lambda s: s.update(mode="auto")),
    "neither number nor string": ("spec.port", lambda s: s.update(port=[])),
    "a short element": ("spec.tags[0]", lambda s: s.update(tags=["a"])),
    "too many elements": ("spec.tags", lambda s: s.update(tags=["aa", "bb", "cc", "dd"])),
    "too few keys": ("spec.labels", lambda s: s.update(labels={})),
    "a value of a map": ("spec.labels.a", lambda s: s.update(labels={"a": -1})),
    "a missing member": ("spec.word", lambda s: s.pop("word")),
    "another type": ("spec.least", lambda s: s.update(least="1")),
    "a union's unknown type": ("spec.shape.type", lambda s: s.update(shape={"type": "Line"})),
    "a union's missing member": ("spec.shape.radius", lambda s: s.update(shape={"type": "Circle"})),
}
RULES: dict[str, tuple[str, Mutation]] = {
    "a rule over members": ("spec", lambda s: s.update(least=50, most=49)),
    "two of at most one": (
        "spec.parts[0]",
        lambda s: s.update(parts=[{"name": "a", "left": "l", "right": "r"}]),
    ),
    "another type's member": (
        "spec.shape",
        lambda s: s.update(shape={"type": "Circle", "radius": 1, "width": 2}),
    ),
}


@cache
def crd() -> dict[str, Any]:
    diagnostics = Diagnostics()
    universe = source.read(HERE, ["property_api/v1"], diagnostics)
    (artifact,) = generate(Context(universe, Settings(), diagnostics))
    assert not list(diagnostics)
    return yaml.safe_load(artifact.text)


@cache
def validator() -> Draft4Validator:
    return Draft4Validator(crd()["spec"]["versions"][0]["schema"]["openAPIV3Schema"])


@cache
def server() -> Server:
    made = Server()
    made.load([crd()])
    return made


def create(document: dict[str, Any]) -> dict[str, Any]:
    """The server's answer to a dry run."""
    request = Request(
        "POST",
        PATH,
        [("dryRun", "All")],
        {"content-type": "application/json", "accept": "application/json"},
        json.dumps(document).encode(),
    )
    answer = server().handle(request)
    assert isinstance(answer, Response)
    return json.loads(answer.body)


def document(spec: SampleSpec) -> dict[str, Any]:
    sample = Sample(api_version="property.example.com/v1", kind="Sample", spec=spec)
    sample.metadata.name = "a"
    return json.loads(msgspec.json.encode(sample))


@settings(max_examples=40, deadline=None)
@given(specs)
def test_what_the_type_admits_the_schema_and_the_server_admit(spec: SampleSpec) -> None:
    made = document(spec)
    assert not list(validator().iter_errors(made))
    answer = create(made)
    assert answer["kind"] == "Sample", answer
    assert answer["spec"] == made["spec"]


@pytest.mark.parametrize("what", MUTATIONS)
@settings(max_examples=5, deadline=None)
@given(spec=specs)
def test_what_breaks_a_constraint_is_refused_by_both_at_its_field(
    what: str, spec: SampleSpec
) -> None:
    path, mutate = MUTATIONS[what]
    made = document(spec)
    mutate(made["spec"])
    assert list(validator().iter_errors(made))
    _refused_at(path, create(made))


@pytest.mark.parametrize("what", RULES)
@settings(max_examples=5, deadline=None)
@given(spec=specs)
def test_what_breaks_a_rule_is_refused_by_the_server_at_its_field(
    what: str, spec: SampleSpec
) -> None:
    path, mutate = RULES[what]
    made = document(spec)
    mutate(made["spec"])
    _refused_at(path, create(made))


def _refused_at(path: str, answer: dict[str, Any]) -> None:
    assert answer.get("code") == 422, answer
    fields = [cause["field"] for cause in answer["details"]["causes"]]
    assert path in fields, fields
