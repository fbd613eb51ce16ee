#!/usr/bin/env bash
# The Python of .venv, made ready first: `hack/python.sh -m examples.clusterprovisioner`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
ensure_venv dev
exec .venv/bin/python "$@"
