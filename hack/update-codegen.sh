#!/usr/bin/env bash
# Generates all that [tool.codegen] of pyproject.toml asks for. Needs Python 3.11 or newer, and
# makes the rest itself. Arguments go to `codegen generate`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
ensure_venv codegen
.venv/bin/python -m codegen generate "$@"
if [ $# -eq 0 ]; then # the projects in examples/, which have settings of their own
    for project in examples/*/PROJECT; do
        [ -e "$project" ] || continue # there are none
        .venv/bin/python -m codegen generate --root "$(dirname "$project")"
    done
fi
