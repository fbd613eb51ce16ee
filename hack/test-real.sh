#!/usr/bin/env bash
# The tests that need other programs: conformance and faults on both servers, comparisons with the
# upstream generators, and nginx, haproxy, tinyproxy and microsocks where they are installed. Builds
# the Go binaries where they are missing (hack/envtest-assets.sh; some minutes the first time),
# unless KUBEBUILDER_ASSETS says where they are. Arguments go to pytest.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/venv.sh"
ensure_venv dev

if [ -z "${KUBEBUILDER_ASSETS:-}" ]; then
    KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh --all)
fi
export KUBEBUILDER_ASSETS

if [ $# -eq 0 ]; then
    set -- tests/kube/client/middle tests/kube/conformance tests/kube/faults tests/kube/soak tests/examples/operators tests/examples/podtoip examples/elasticweb/tests tests/codegen/crd/test_random_apis.py tests/codegen/importer/test_cluster.py tests/codegen/*/test_differential*.py tests/codegen/scaffold/test_kustomization.py tests/codegen/scaffold/test_image_run.py tests/codegen/scaffold/test_real_cluster.py
fi
exec .venv/bin/python -m pytest -q -n 2 --dist loadfile "$@"
