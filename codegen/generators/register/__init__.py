"""Registration in a Scheme, and the Resource of each kind, beside the types."""

from __future__ import annotations

from codegen.generators import Generator
from codegen.layout import REGISTER_BY_HAND

GENERATOR = Generator(
    "register",
    "The Resource of each kind; registration in a Scheme where there is no register.py.",
    hand_written=(f"/{REGISTER_BY_HAND}.py",),
)
