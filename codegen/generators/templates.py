"""Compiled templates, kept as Python keeps compiled modules: in `__pycache__`, by Python version.

Compiling the templates is a quarter of a first run. Where nothing can be kept, or Python is told
to keep nothing, each run compiles anew.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import compiler
from jinja2.bccache import Bucket, FileSystemBytecodeCache


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
