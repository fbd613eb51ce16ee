"""What has its say in one write by what users configured: policies, and webhooks after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.policies.mutating import Mutations
    from kube.envtest.apiserver.webhooks.admission import Admission


@dataclass(frozen=True, slots=True)
class Hooks:
    """`webhooks` and `mutations`, the mutating policies, are None where none are configured."""

    attributes: Attributes
    webhooks: Admission | None
    mutations: Mutations | None
    has_policies: bool

    def mutate(self, new: Tree | None, old: Tree | None) -> Tree | None:
        """The new object as mutating policies and webhooks leave it; raises StatusError.

        Where one has changed it, those that want to see that are asked once more.
        """
        changed = self._mutate(new, old, again=False)
        return changed if changed is new else self._mutate(changed, old, again=True)

    def _mutate(self, new: Tree | None, old: Tree | None, *, again: bool) -> Tree | None:
        if self.mutations is not None and new is not None:
            new = self.mutations.mutate(new, old, again=again)
        if self.webhooks is not None:
            new = self.webhooks.mutate(new, old, again=again)
        return new

    def validate(self, new: Tree | None, old: Tree | None) -> None:
        """Raise StatusError for a write that a policy or a webhook denies."""
        if self.has_policies:
            from kube.envtest.apiserver.policies import validating

            validating.check(self.attributes, new, old)
        if self.webhooks is not None:
            self.webhooks.validate(new, old)
