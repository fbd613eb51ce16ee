"""The aggregation controller: gives a cluster role the rules of those that its labels select."""

from __future__ import annotations

from kube.envtest.apiserver.authorization.authorizer import CLUSTER_ROLES
from kube.envtest.apiserver.controllers.controller import Controller
from kube.envtest.apiserver.labels import selector_of
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage import writes
from kube.envtest.apiserver.storage.store import Change
from kube.runtime.trees import Tree


class AggregationController(Controller):
    """Rewrites `rules` of each ClusterRole that has an `aggregationRule`, as often as needed."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._due = False

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        self._due = self._due or storage == CLUSTER_ROLES

    def settle(self) -> bool:
        due, self._due = self._due, False
        if due:
            roles = [
                s.tree for s in self._state.store.collection(CLUSTER_ROLES).scan("", None, None)
            ]
            for role in roles:
                self._aggregate(role, roles)
        return due

    def _aggregate(self, role: Tree, roles: list[Tree]) -> None:
        selectors = (role.get("aggregationRule") or {}).get("clusterRoleSelectors")
        if not selectors:
            return
        rules: list[Tree] = []
        for selector in map(selector_of, selectors):
            for other in roles:
                if other is role or not selector.matches(other["metadata"].get("labels")):
                    continue
                rules += [rule for rule in other.get("rules") or () if rule not in rules]
        if rules == (role.get("rules") or []):
            return
        target = self._state.target_at(CLUSTER_ROLES, "")
        new = {**role, "metadata": dict(role["metadata"]), "rules": rules}
        writes.update(target, role["metadata"]["name"], new, self._state.write_options())
