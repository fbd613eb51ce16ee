#!/usr/bin/env bash
# Formatting, lint, types, layers, then the tests. Needs Python 3.11 or newer, and makes the rest
# itself. Arguments go to pytest: `hack/test.sh tests/codegen/cli -k verify`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
ensure_venv dev

failed=()
check() { # name, command...: one line when all is well, the whole output when not
    local name=$1 output
    shift
    if [ -t 1 ]; then printf '...     %s\r' "$name"; fi # the type checkers are silent for a minute
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        failed+=("$name")
        printf '%s\n' "$output"
        echo "FAILED  $name: $*"
    fi
}

bin=.venv/bin
check format "$bin/ruff" format --check .
check lint "$bin/ruff" check .
check types "$bin/mypy"
check "types again" "$bin/pyright"
check layers "$bin/lint-imports"
"$bin/python" -m pytest -q -n 2 "$@" || failed+=(tests)

if [ ${#failed[@]} -gt 0 ]; then
    echo "FAILED: ${failed[*]}" >&2
    exit 1
fi
