#!/usr/bin/env python3
"""Writes kube/client/__init__.pyi: for type checkers, the names that kube.client loads lazily."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STUB = ROOT / "kube" / "client" / "__init__.pyi"

HEADER = "# The names of __init__.py, by python hack/public_names.py. DO NOT EDIT.\n\n"


def stub() -> str:
    """The text of the stub, as the formatter would have it."""
    sys.path.insert(0, str(ROOT))
    from kube.client import homes

    by_module = sorted((module, name) for name, module in homes().items())
    text = HEADER
    for module, pairs in groupby(by_module, key=lambda pair: pair[0]):
        names = sorted((name for _, name in pairs), key=lambda name: (name[0].islower(), name))
        text += _import(module, names)
    names = "".join(f'    "{name}",\n' for name in sorted(homes()))
    return f"{text}\n__all__ = [\n{names}]\n"


def _import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= 101:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if it differs")
    options = parser.parse_args()
    text = stub()
    if STUB.exists() and STUB.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print(f"{STUB} differs from __init__.py: run python hack/public_names.py", file=sys.stderr)
        return 1
    STUB.write_text(text, encoding="utf-8")
    print(f"wrote {STUB}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
