"""Benchmarks of the toolchain and the runtime, side by side with others and with floors.

`python -m benchmarks` runs them all, `python -m benchmarks decode watch` some; docs/benchmarks.md
says what each measures and what came out. Ratios are what counts: contestants take turns, round by
round, each in a process of its own, and medians are compared. Nothing here is a test.
"""
