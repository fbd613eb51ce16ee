"""What a client of Plants can do besides the verbs."""

from grown.v1.types import Plant
from kube.client import Gets, Updates


class PlantExpansion(Gets[Plant], Updates[Plant]):
    def grow(self, name: str, by: int = 1) -> Plant:
        plant = self.get(name)
        plant.height += by
        return self.update(plant)
