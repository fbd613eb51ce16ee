"""The resourcequota controller: the status of quotas, from the start and when something goes."""

from __future__ import annotations

from kube.envtest.apiserver.controllers.controller import Controller
from kube.envtest.apiserver.plugins import quotas
from kube.envtest.apiserver.plugins.quotas import QUOTAS
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change

_ENDED = ("Failed", "Succeeded")


class ResourceQuotaController(Controller):
    """Counts anew in a namespace when a quota changes, an object is deleted or a Pod ends.

    What is created is counted by the plugin that lets it pass.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._due: dict[str, None] = {}

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        before, tree = change.previous, change.current.tree
        if storage == QUOTAS:
            is_due = before is None or before.tree["spec"] != tree["spec"]
        elif storage == ("", "pods") and change.type == "MODIFIED" and before is not None:
            ended = tree["status"].get("phase") in _ENDED
            is_due = ended and before.tree["status"].get("phase") not in _ENDED
        else:
            is_due = change.type == "DELETED"
        if is_due and change.current.key[0]:
            self._due[change.current.key[0]] = None

    def settle(self) -> bool:
        due, self._due = self._due, {}
        for namespace in due:
            for stored in list(self._state.store.collection(QUOTAS).scan(namespace, None, None)):
                status = quotas.recounted(self._state, stored.tree)
                quotas.put_status(
                    self._state, stored.tree, status, manager="kube-controller-manager"
                )
        return bool(due)
