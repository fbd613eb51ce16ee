"""Rules of CRDs in the embedded server, held to what kube-apiserver 1.36 said to the same cases."""

from __future__ import annotations

import contextlib
import json
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kube.envtest import Server
from kube.envtest.apiserver.schemas.cel import programs, shapes
from tests.kube.envtest.api import CRDS, Client
from tests.kube.envtest.cel import play


@pytest.mark.parametrize("path", play.CASES, ids=lambda path: path.stem)
def test_the_embedded_server_answers_as_the_real_one_did(path: Path) -> None:
    client = Client(Server())

    def send(method: str, where: str, body: Any) -> tuple[int, Any]:
        answer = client.send(method, where, body)
        return answer.status, answer.body

    found = play.play(send, path, lambda plural: None)
    # Written anew by `python -m tests.kube.envtest.cel.record`.
    assert found == json.loads(play.expected(path).read_text())


def test_a_crd_without_rules_does_not_load_the_language() -> None:
    program = (
        "import sys\n"
        "from kube.envtest import Server\n"
        "from tests.kube.envtest.api import definition\n"
        "Server().load([definition()])\n"
        "print([name for name in sys.modules if 'cel' in name.split('.')])\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout == "[]\n", found.stderr


def test_a_crd_with_rules_is_refused_where_the_language_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [
        name for name in sys.modules if name.startswith("kube.envtest.apiserver.schemas.cel")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    rule = {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}
    crd = play.definition("thing", {"schema": {"type": "object", "properties": {"a": rule}}})
    answer = Client(Server()).create(CRDS, crd)
    assert answer.status == 422
    assert "pip install 'kube-codegen[envtest]'" in answer.message


def test_rules_are_compiled_once_and_run_for_each_write() -> None:
    expression = "self.size() < 3 || self == 'compiled once'"
    rule = {"type": "string", "x-kubernetes-validations": [{"rule": expression}]}
    client = Client(Server())
    crd = play.definition("thing", {"schema": {"type": "object", "properties": {"a": rule}}})
    assert client.create(CRDS, crd).status == 201
    misses = programs.compiled.cache_info().misses
    for index in range(10):
        body = {
            "apiVersion": "cel.example.com/v1",
            "kind": "Thing",
            "metadata": {"name": f"o{index}"},
            "spec": {"a": "x" * index},
        }
        answer = client.create("/apis/cel.example.com/v1/things", body)
        assert (answer.status == 201) == (index < 3)
    assert programs.compiled.cache_info().misses == misses


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("oldSelf == self", True),
        ("self.oldSelf == 1", False),
        ("self == 'oldSelf' // oldSelf", False),
        ("has(oldSelf.a)", True),
        ('self == "a\\"" && oldSelf == 1', True),
    ],
)
def test_only_code_about_old_self_is_a_transition_rule(expression: str, answer: bool) -> None:
    assert programs.uses_old_self(expression) is answer


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_compiler_but_as_a_compile_error(text: str) -> None:
    checker = programs.Checker(shapes.Shape("string"))
    with contextlib.suppress(programs.CompileError):
        checker.check(shapes.Shape("string"), text, optional_old=False)


_NAMES = st.text(string.ascii_letters + string.digits + "_-./ ü", min_size=1, max_size=12)


@settings(deadline=None)
@given(st.lists(_NAMES, min_size=1, max_size=8, unique=True))
def test_every_field_that_has_an_escaped_name_can_be_read(names: list[str]) -> None:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    shape = shapes.shape_of(schema)
    assert shape is not None
    checker = programs.Checker(shape)
    value = shapes.to_value(shape, {name: name for name in names})
    for name in names:
        escaped = shapes.escape(name)
        if escaped is None:
            continue
        rule = f"self.{escaped}.size() == {len(name)}"
        checker.check(shape, rule, optional_old=False)
        assert programs.Program(rule, optional_old=False).evaluate({"self": value}) is True
