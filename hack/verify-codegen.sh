#!/usr/bin/env bash
# Shows what hack/update-codegen.sh would change, and fails if it would change anything. Writes
# nothing. Arguments go to `codegen verify`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
ensure_venv codegen
exec .venv/bin/python -m codegen verify "$@"
