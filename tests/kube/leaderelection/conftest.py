from __future__ import annotations

from tests.kube.cache.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories(config, item):
    return {"virtual-time": VirtualTimeLoop}
