"""Names for JSON values with a meaning of their own in Kubernetes.

All are plain Python values at run time, so that decoding them costs nothing; the toolchain reads
the names, and puts what they mean into schemas.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Int: TypeAlias = int
"""An integer of no stated size, as Go's `int`: no `format` in a schema."""

Int32: TypeAlias = int
"""An integer of 32 bits: `format: int32` in a schema. Python's int is Go's int64."""

Int64: TypeAlias = int
"""An integer of 64 bits, as a plain `int` is too."""

Float64: TypeAlias = float
"""A number of double precision; CRDs refuse it unless dangerous types are allowed."""

IntOrString: TypeAlias = int | str
"""A number or a string, as in ports and percentages: `x-kubernetes-int-or-string`."""

JSON: TypeAlias = Any
"""Any JSON value, kept as it is."""

RawExtension: TypeAlias = Any
"""Any JSON object, kept as it is: `x-kubernetes-preserve-unknown-fields`."""
