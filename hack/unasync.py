#!/usr/bin/env python3
"""The synchronous twin of asynchronous code, tests included.

Every folder named `_async` is a source; the folder `_sync` beside it is derived from it, file by
file, as httpcore derives its own. Hand-mirrored pairs drift; a derived one cannot, and `--check`
says so in CI. What differs in more than its words (a lock, a way to sleep) stands in neither
folder, under two names of which one begins with `Async` or `async_`.

The rules: `async` and `await` go; `AsyncThing` becomes `Thing` and `async_thing` becomes `thing`;
`_async` becomes `_sync` in module names; the dunder names and the few standard names that do not
follow suit are listed below; `Awaitable[X]` becomes `X`. The same words are changed in docstrings
and comments.
"""

from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import libcst as cst

ROOTS = ("kube", "tests")

CONFIG = "pyproject.toml"

HEADER = "# Derived from {source}: python hack/unasync.py. DO NOT EDIT.\n"

NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aclosing": "closing",
    "enter_async_context": "enter_context",
    "aiter": "iter",
    "anext": "next",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "StopAsyncIteration": "StopIteration",
    "asynccontextmanager": "contextmanager",
    "_async": "_sync",
}

_WORD = re.compile(r"\b(?:async (?=def|with|for)|await (?=[a-z_]+[.(]))|\b\w+\b")


def sync_name(name: str) -> str:
    """What an identifier is called on the synchronous side."""
    if name in NAMES:
        return NAMES[name]
    if name.startswith("Async") and name[5:6].isupper():
        return name[5:]
    if name.startswith("async_") and len(name) > 6:
        return name[6:]
    if name.startswith("_async_"):
        return name[6:]
    return name


def _sync_text(text: str) -> str:
    """Docstrings, other strings and comments: names, and the keywords of code shown in them."""

    def replaced(match: re.Match[str]) -> str:
        word = match.group()
        return "" if word.endswith(" ") else sync_name(word)

    return _WORD.sub(replaced, text)


class _Unasync(cst.CSTTransformer):
    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        return updated_node.with_changes(asynchronous=None)

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:
        return updated_node.with_changes(asynchronous=None)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return updated_node.with_changes(asynchronous=None)

    def leave_CompFor(self, original_node: cst.CompFor, updated_node: cst.CompFor) -> cst.CompFor:
        return updated_node.with_changes(asynchronous=None)

    def leave_Await(self, original_node: cst.Await, updated_node: cst.Await) -> cst.BaseExpression:
        inner = updated_node.expression
        if updated_node.lpar and not isinstance(inner, cst.Call | cst.Name | cst.Attribute):
            return inner.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)
        return inner

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        if isinstance(updated_node.value, cst.Name) and updated_node.value.value == "Awaitable":
            element = updated_node.slice[0].slice
            if isinstance(element, cst.Index):
                return element.value
        return updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=sync_name(updated_node.value))

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        return updated_node.with_changes(value=_sync_text(updated_node.value))

    def leave_FormattedStringText(
        self,
        original_node: cst.FormattedStringText,
        updated_node: cst.FormattedStringText,
    ) -> cst.FormattedStringText:
        return updated_node.with_changes(value=_sync_text(updated_node.value))

    def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
        return updated_node.with_changes(value=_sync_text(updated_node.value))

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.RemovalSentinel:
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        kept: dict[str, cst.ImportAlias] = {}
        for alias in updated_node.names:
            if alias.evaluated_name != "Awaitable":
                kept.setdefault(cst.Module([]).code_for_node(alias).strip(" ,"), alias)
        if not kept:
            return cst.RemoveFromParent()
        names = list(kept.values())
        if not updated_node.lpar:
            names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(names=names)


def unasync(code: str) -> str:
    """The synchronous form of a module's source, not formatted.

    Raises `libcst.ParserSyntaxError`.
    """
    return cst.parse_module(code).visit(_Unasync()).code


def _formatted(texts: dict[Path, str]) -> dict[Path, str]:
    """As ruff would have them: shorter names join lines and change the order of imports."""
    with tempfile.TemporaryDirectory(prefix="unasync-") as folder:
        copies = {path: Path(folder, str(number), path.name) for number, path in enumerate(texts)}
        for path, copy in copies.items():
            copy.parent.mkdir()
            copy.write_text(texts[path], encoding="utf-8")
        settings = ["--config", CONFIG] if Path(CONFIG).exists() else []
        for command in (["check", "--select", "I,F401", "--fix"], ["format"]):
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "ruff",
                    *command,
                    "--quiet",
                    "--no-cache",
                    *settings,
                    folder,
                ],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise SystemExit(f"ruff {command[0]} failed: {done.stdout}{done.stderr}".strip())
        return {path: copy.read_text(encoding="utf-8") for path, copy in copies.items()}


def derive(paths: Iterable[Path]) -> dict[Path, str]:
    """The paths and texts that are derived from files of `_async` folders."""
    return _formatted({_target(path): _derived_text(path) for path in paths})


def _target(source: Path) -> Path:
    parts = list(source.parts)
    parts[len(parts) - 1 - parts[::-1].index("_async")] = "_sync"
    return Path(*parts)


def _derived_text(source: Path) -> str:
    header = HEADER.format(source=source.as_posix())
    return header + unasync(source.read_text(encoding="utf-8"))


def sources(roots: Sequence[str]) -> Iterator[Path]:
    for root in roots:
        for folder in sorted(Path(root).rglob("_async")):
            yield from sorted(folder.rglob("*.py"))


def stale(derived: dict[Path, str]) -> list[Path]:
    """Files of `_sync` folders whose source is gone."""
    folders = {path.parent for path in derived}
    return sorted(path for folder in folders for path in folder.glob("*.py") if path not in derived)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python hack/unasync.py", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; show what would")
    parser.add_argument("roots", nargs="*", default=ROOTS, help="where to look for `_async`")
    options = parser.parse_args(arguments)
    derived = derive(sources(options.roots))
    leftover = stale(derived)
    differing = 0
    for path, text in derived.items():
        current = path.read_text(encoding="utf-8") if path.exists() else ""
        if current == text:
            continue
        differing += 1
        if options.check:
            diff = difflib.unified_diff(
                current.splitlines(True), text.splitlines(True), str(path), f"{path} (derived)"
            )
            sys.stdout.writelines(diff)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    for path in leftover:
        if options.check:
            print(f"{path} has no source any more")
        else:
            path.unlink()
            print(f"removed {path}")
    if options.check and (differing or leftover):
        print(
            "The synchronous code is not what its source says. Mend it: python hack/unasync.py",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
