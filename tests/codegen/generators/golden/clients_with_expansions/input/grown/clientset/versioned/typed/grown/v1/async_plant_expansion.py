"""What a client of Plants can do besides the verbs."""

from grown.v1.types import Plant
from kube.client import AsyncGets, AsyncUpdates


class AsyncPlantExpansion(AsyncGets[Plant], AsyncUpdates[Plant]):
    async def grow(self, name: str, by: int = 1) -> Plant:
        plant = await self.get(name)
        plant.height += by
        return await self.update(plant)
