"""The Service `kubernetes` in the namespace `default`, which a kube-apiserver keeps for itself.

Nothing answers at its address, so it has no endpoints. It comes with the controllers, although it
is not made by one of kube-controller-manager's: a server without any holds only what it was given.
"""

from __future__ import annotations

from kube.envtest.apiserver.controllers.workloads.worker import SERVICES, Storage, Worker
from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.kinds.services import ADDRESSES
from kube.envtest.apiserver.storage.store import Change, Stored

_KEY = ("default", "kubernetes")


class KubernetesService(Worker):
    name = "kubernetes-service"
    watches = NAMESPACES
    kind = "Namespace"

    def observe(self, storage: Storage, change: Change) -> None:
        key = change.current.key
        if storage == NAMESPACES and key[1] == _KEY[0]:
            super().observe(storage, change)
        elif storage == SERVICES and key == _KEY and change.type == "DELETED":
            self.due["", _KEY[0]] = None

    def reconcile(self, stored: Stored) -> None:
        services = self.state.store.collection(SERVICES).objects
        if _KEY in services or not self.may_create(_KEY[0]):
            return
        labels = {"component": "apiserver", "provider": "kubernetes"}
        port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}
        spec = {"clusterIP": str(ADDRESSES[1]), "ports": [port]}
        self.create(
            SERVICES, _KEY[0], {"metadata": {"name": _KEY[1], "labels": labels}, "spec": spec}
        )
