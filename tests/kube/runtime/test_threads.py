"""What the codec promises where several threads decode at once, and of text that is not JSON's."""

from __future__ import annotations

import ast
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kube
from kube.runtime import Object, Struct, codec

THREADS = 8


class Leaf(Struct):
    a: str = ""


class Tree(Object):
    leaf: Leaf | None = None
    leaves: list[Leaf] | None = None


@pytest.fixture
def eager_switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_learn_of_new_members_at_once_disturb_nobody(eager_switching):
    start = threading.Barrier(THREADS)

    def decode(thread: int) -> list[str]:
        start.wait()
        lost = []
        for i in range(40):
            name = f"new{thread}x{i % 20}"
            text = f'{{"kind":"Tree","leaf":{{"a":"x","{name}":{i}}},"{name}":1}}'.encode()
            found = codec.decode(text, Tree)
            if codec.to_builtins(found)["leaf"] != {"a": "x", name: i}:
                lost.append(name)
        return lost

    with ThreadPoolExecutor(THREADS) as pool:
        results = [pool.submit(decode, thread) for thread in range(THREADS)]
        assert [result.result() for result in results] == [[]] * THREADS


@pytest.mark.parametrize(
    "text",
    [
        b'{"kind":"\xff"}',
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"[" * 10_000,
        b"",
        b"null",
        b"<html>",
        b'"text"',
    ],
    ids=["not UTF-8", "deep", "deep array", "empty", "null", "HTML", "text"],
)
def test_what_is_no_object_is_a_decode_error(text):
    with pytest.raises(codec.DecodeError):
        codec.decode(text, Tree)


def test_a_type_is_never_first_used_by_msgspec_outside_of_a_lock():
    """msgspec can crash the process where two threads first use one type at once.

    So a decoder is made when its module is imported, or by `strict`, under its lock.
    """
    allowed = {"runtime/strict.py"}
    root = Path(kube.__file__).parent
    found = [
        f"{path.relative_to(root)}:{call.lineno}"
        for path in sorted(root.rglob("*.py"))
        if path.relative_to(root).as_posix() not in allowed
        for call in _unlocked_uses(ast.parse(path.read_text()))
    ]
    assert found == []


def _unlocked_uses(module: ast.Module) -> list[ast.Call]:
    """The calls in functions that name a type which the module itself did not use before."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    at_import = {
        _type_of(call)
        for statement in module.body
        if not isinstance(statement, functions)
        for call in ast.walk(statement)
        if isinstance(call, ast.Call)
    }
    return [
        call
        for function in ast.walk(module)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and _type_of(call) not in (None, *at_import)
    ]


def _type_of(call: ast.Call) -> str | None:
    """The type that a call has msgspec use, in words."""
    place = {"msgspec.convert": 1, "msgspec.json.Decoder": 0, "msgspec.json.decode": 1}
    name = ast.unparse(call.func)
    if name not in place:
        return None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "type"]
    found = [*call.args[place[name] :], *named][:1]
    return ast.unparse(found[0]) if found else None
