"""The project that tests of server-side apply generate, once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kube.apply.generated import Machines, machines_in


@pytest.fixture(scope="session")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with machines_in(tmp_path_factory.mktemp("machines") / "project") as generated:
        yield generated
