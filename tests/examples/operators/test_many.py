"""Many objects at once: 100 here, 1,000 by `TEST_DEPLOYMENTS=1000`, which `make test-all` sets."""

from __future__ import annotations

import os

from tests.examples.operators.operators import each_operator

COUNT = int(os.environ.get("TEST_DEPLOYMENTS", "100"))
NAMES = [f"o{n}" for n in range(COUNT)]

pytestmark = each_operator


async def test_objects_that_are_all_there_at_the_start_all_get_what_they_ask_for(world):
    await world.create(*NAMES, size=1)
    world.start()
    await world.converged()
    for name in NAMES[::10]:
        await world.resize(name, 2)
    for name in NAMES[1::10]:
        await world.delete(name)
    await world.converged()
