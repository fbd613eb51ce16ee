"""Templates are compiled once, and anew where anything that they depend on has changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from codegen.generators import templates
from codegen.generators.templates import Compiled


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(templates, "cache_from_source", lambda _: str(tmp_path / "cache/t.pyc"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "settings.py").touch()
    return tmp_path / "cache"


def rendered(cache: Path, text: str, compilations: list[str]) -> str:
    class Counted(Environment):
        def compile(self, source, *arguments, **named):  # type: ignore[no-untyped-def]
            compilations.append(source)
            return super().compile(source, *arguments, **named)

    kept = Compiled(str(cache.parent / "settings.py"))
    return Counted(loader=DictLoader({"a": text}), bytecode_cache=kept).get_template("a").render()


def test_a_template_is_compiled_once(cache: Path) -> None:
    done: list[str] = []
    assert [rendered(cache, "one", done) for _ in range(3)] == ["one"] * 3
    assert done == ["one"]


def test_a_template_that_has_changed_is_compiled_anew(cache: Path) -> None:
    done: list[str] = []
    assert rendered(cache, "one", done) == "one"
    assert rendered(cache, "two", done) == "two"


def test_new_settings_compile_anew(cache: Path) -> None:
    done: list[str] = []
    rendered(cache, "one", done)
    os.utime(cache.parent / "settings.py", ns=(1, 1))
    rendered(cache, "one", done)
    assert len(done) == 2


def test_a_broken_entry_and_a_folder_that_is_not_there_cost_time_alone(cache: Path) -> None:
    done: list[str] = []
    rendered(cache, "one", done)
    (entry,) = cache.iterdir()
    for content in (b"", entry.read_bytes()[:-9], b"x" * 99):
        entry.write_bytes(content)
        assert rendered(cache, "one", done) == "one"
    entry.unlink()
    cache.rmdir()
    assert rendered(cache, "one", done) == "one"
    assert len(done) == 5


def test_python_may_be_told_to_keep_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    rendered(cache, "one", [])
    assert list(cache.iterdir()) == []
