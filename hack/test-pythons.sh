#!/usr/bin/env bash
# The tests on each supported Python that this machine has, but for the one of .venv, on which
# hack/test.sh runs them. Each gets an environment in .cache. Arguments go to pytest.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"

own=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
failed=()
for version in 3.11 3.12 3.13; do
    [ "$version" != "$own" ] || continue
    if ! python=$(find_version "$version"); then
        echo "skipped Python $version: it is not installed here"
        continue
    fi
    venv=.cache/venv-$version
    ensure_venv dev "$venv" "$python"
    echo "Python $version:"
    "$venv/bin/python" -m pytest -q -n 2 "$@" || failed+=("$version")
done

if [ ${#failed[@]} -gt 0 ]; then
    echo "FAILED on Python ${failed[*]}" >&2
    exit 1
fi
