"""`python -m codegen` is `codegen`: the command line, or one line that names what is missing."""

from __future__ import annotations

_EXTRA = {"cel_expr_python", "click", "jinja2"}
"""The modules of the extra `codegen`: the base install is the runtime alone."""


def main() -> None:
    try:
        from codegen import cli

        cli.main()
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        raise SystemExit(
            f'error: {error.name} is not installed: pip install "kube-codegen[codegen]"'
        ) from None


if __name__ == "__main__":
    main()
