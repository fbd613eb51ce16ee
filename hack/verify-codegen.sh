#!/usr/bin/env bash
# Shows what hack/update-codegen.sh would change, and fails if it would change anything. Writes
# nothing. Arguments go to `codegen verify`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
ensure_venv codegen
status=0
.venv/bin/python -m codegen verify "$@" || status=$?
if [ $# -eq 0 ]; then # the projects in examples/, which have settings of their own
    for project in examples/*/PROJECT; do
        [ -e "$project" ] || continue # there are none
        .venv/bin/python -m codegen verify --root "$(dirname "$project")" || status=$?
    done
fi
exit $status
