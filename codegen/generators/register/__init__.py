"""Registration in a Scheme, and the Resource of each kind, beside the types."""

from __future__ import annotations

from codegen.generators import Generator

HAND_WRITTEN = "register"

GENERATOR = Generator(
    "register",
    "The Resource of each kind; registration in a Scheme where there is no register.py.",
    hand_written=(f"/{HAND_WRITTEN}.py",),
)
