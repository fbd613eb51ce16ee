"""What a lister of Plants can do besides reading."""

from grown.v1.types import Plant
from kube.cache import NamespacedLister


class PlantListerExpansion(NamespacedLister[Plant]):
    def tallest(self) -> Plant:
        return max(self.list(), key=lambda plant: plant.height)
