"""The option of every command that reports diagnostics."""

from __future__ import annotations

from collections.abc import Callable

import click


def report_format(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "github"]),
        default="text",
        help="How to report: for people, for programs, or as GitHub annotations.",
    )(command)
