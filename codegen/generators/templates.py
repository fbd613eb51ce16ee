"""Compiled templates, kept as Python keeps compiled modules: in `__pycache__`, by Python version.

Compiling the templates is a quarter of a first run. Where nothing can be kept, or Python is told
to keep nothing, each run compiles anew.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, compiler
from jinja2.bccache import Bucket, FileSystemBytecodeCache


def environment(folder: Path, filters: Mapping[str, Any]) -> Environment:
    """The templates of a folder, for text that is written as it is."""
    made = Environment(
        bytecode_cache=Compiled(__file__),
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.filters.update(filters)
    return made


class Compiled(FileSystemBytecodeCache):
    """`settings` is the file with the options of the environment that the templates are for."""

    def __init__(self, settings: str) -> None:
        place = Path(cache_from_source(__file__))
        super().__init__(str(place.parent), f"{place.stem}-%s.jinja2")
        # What the result depends on beside the template.
        self._compiler = str([os.stat(path).st_mtime_ns for path in (compiler.__file__, settings)])

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(source + self._compiler)

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                super().dump_bytecode(bucket)
