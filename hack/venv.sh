# Sourced by the scripts beside it: goes to the project's root and makes .venv ready for work.
#
#   . "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
#   ensure_venv codegen        # or dev: an extra of pyproject.toml
#   ensure_venv dev .cache/venv-3.12 "$(find_version 3.12)"
#
# A second run installs nothing: an environment remembers what it was installed from.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The first Python that runs and is new enough. A name in PATH proves nothing: version managers
# leave shims for versions that are not there.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "error: no Python 3.11 or newer in PATH; install one and run this again" >&2
    return 1
}

# A Python of one version that runs, from PATH or from pyenv, whose shims run only what was chosen.
find_version() {
    local version=$1 candidate
    for candidate in "python$version" "${PYENV_ROOT:-${HOME:-}/.pyenv}/versions/$version".*/bin/python; do
        if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

ensure_venv() {
    local extra=$1 venv=${2:-.venv} python=${3:-} installed stamp
    if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        [ -n "$python" ] || python=$(find_python)
        echo "making $venv with $("$python" --version)"
        if ! "$python" -m venv --clear "$venv"; then
            echo "error: $python cannot make virtual environments" \
                "(on Debian and Ubuntu: apt install python3-venv)" >&2
            return 1
        fi
    fi
    # What an installation depends on: the project's own file, where it stands, and the Python.
    installed="$("$venv/bin/python" --version) $PWD $(cksum <pyproject.toml)"
    for stamp in "$extra" dev; do # dev holds all the others
        if [ "$(cat "$venv/installed-$stamp" 2>/dev/null)" = "$installed" ]; then
            return
        fi
    done
    echo "installing the dependencies into $venv"
    "$venv/bin/python" -c 'import pip' 2>/dev/null || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[$extra]"
    echo "$installed" >"$venv/installed-$extra"
}
