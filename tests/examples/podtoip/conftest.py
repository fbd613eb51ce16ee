"""Both servers, and a proxy in front of them that does harm."""

from __future__ import annotations

from tests.kube.conformance.conftest import (  # noqa: F401
    api,
    environment,
    environments,
    namespace,
    pytest_generate_tests,
    server,
)
from tests.kube.faults.conftest import proxy  # noqa: F401
