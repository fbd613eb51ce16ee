#!/usr/bin/env bash
# Generates all that [tool.codegen] of pyproject.toml asks for, then the apply configurations of
# Kubernetes' own API. Needs Python 3.11 or newer, and makes the rest itself. Arguments go to
# `codegen generate`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
ensure_venv codegen
.venv/bin/python -m codegen generate "$@"
api="$(printf '%s,' kube/api/*/v*)kube/runtime/metadata"
.venv/bin/python -m codegen applyconfiguration --input "$api" --output-dir kube/applyconfiguration
