"""What has its say in one write by what users configured: policies, and webhooks after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.webhooks.admission import Admission


@dataclass(frozen=True, slots=True)
class Hooks:
    """`webhooks` is None where none are configured."""

    attributes: Attributes
    webhooks: Admission | None
    has_policies: bool

    def mutate(self, new: Tree | None, old: Tree | None) -> Tree | None:
        """The new object as mutating webhooks leave it; raises StatusError."""
        return self.webhooks.mutate(new, old) if self.webhooks is not None else new

    def validate(self, new: Tree | None, old: Tree | None) -> None:
        """Raise StatusError for a write that a policy or a webhook denies."""
        if self.has_policies:
            from kube.envtest.apiserver.policies import validating

            validating.check(self.attributes, new, old)
        if self.webhooks is not None:
            self.webhooks.validate(new, old)
