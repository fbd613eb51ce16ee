"""`zz_generated_register.py`: a package's kinds, to be added to a Scheme."""

from __future__ import annotations

from codegen.generators import Generator

HAND_WRITTEN = "register"

GENERATOR = Generator(
    "register",
    "Registration in a Scheme, for packages without a register.py.",
    hand_written=(f"/{HAND_WRITTEN}.py",),
)
