"""Admission by webhooks: the mutating ones in order, then the validating ones, about one write.

A webhook may take long, and may ask this server meanwhile. So the lock is released while one is
asked, and the request begins anew if the object has changed until then.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from kube.envtest.apiserver import status
from kube.envtest.apiserver.dynamic import conditions, subject
from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.envtest.apiserver.dynamic.concern import MUTATING, VALIDATING
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import Stored
from kube.envtest.apiserver.storage.writes import Changed
from kube.envtest.apiserver.webhooks import calls, matching, reviews
from kube.envtest.apiserver.webhooks.matching import Webhook
from kube.runtime.trees import Tree


@dataclass(slots=True)
class Admission:
    """The webhooks' part in one write, of the object with this key."""

    attributes: Attributes
    key: tuple[str, str]
    storage: tuple[str, str]
    _invoked: list[Webhook] = field(default_factory=list)
    """Those that want to be asked again when others change the object after them."""
    _again: list[Webhook] = field(default_factory=list)
    _last: Tree | None = None
    """The object as the webhooks left it."""

    def mutate(self, new: Tree | None, old: Tree | None, *, again: bool = False) -> Tree | None:
        """The new object as the mutating webhooks leave it; `again` those that want to see what
        others made. Raises StatusError.
        """
        before = self._current()
        if again and new is not self._last:
            self._recall()
        for webhook in list(self._again) if again else self._configured(MUTATING):
            new = self._mutate_by(webhook, new, old)
        self._last = new
        self._require_unchanged(before)
        return new

    def validate(self, new: Tree | None, old: Tree | None) -> None:
        """Raise StatusError where a validating webhook denies the write; all are asked at once."""
        before = self._current()
        concerned = [w for w in self._configured(VALIDATING) if self._selects(w, new, old)]
        if not concerned:
            return
        requests = [
            (w, self._endpoint(w), self._request(w, new, old), self._seconds(w)) for w in concerned
        ]
        with self.attributes.state.unlocked(), ThreadPoolExecutor(len(concerned)) as pool:
            asked = [pool.submit(_ask, *request, mutates=False) for request in requests]
            answers = [future.exception() or future.result() for future in asked]
        self._require_time()
        faults: list[StatusError] = []
        for webhook, answer in zip(concerned, answers, strict=True):
            try:
                self._heed(webhook, answer)
            except StatusError as error:
                faults.append(error)
        if faults:
            raise faults[0]
        self._require_unchanged(before)

    def _mutate_by(self, webhook: Webhook, new: Tree | None, old: Tree | None) -> Tree | None:
        if not self._selects(webhook, new, old):
            return new
        answer: reviews.Answer | BaseException
        endpoint, request = self._endpoint(webhook), self._request(webhook, new, old)
        seconds = self._seconds(webhook)
        with self.attributes.state.unlocked():
            try:
                answer = _ask(webhook, endpoint, request, seconds, mutates=True)
            except Exception as error:
                answer = error
        self._require_time()
        accepted = self._heed(webhook, answer)
        changed = new
        if accepted is not None and accepted.patch:
            changed = self._patched(webhook, new, accepted.patch)
        if changed is not new:
            # Those that have had their say see what others made of it, be it the same.
            self._recall()
        if webhook.is_reinvoked and webhook not in self._invoked:
            self._invoked.append(webhook)
        return changed

    def _recall(self) -> None:
        self._again += [each for each in self._invoked if each not in self._again]
        self._invoked.clear()

    def _patched(self, webhook: Webhook, new: Tree | None, patch: reviews.Patch) -> Tree:
        shown = self.attributes.shown(new, webhook.version)
        if shown is None:
            raise reviews.nothing_to_patch(webhook.name)
        return self.attributes.stored(reviews.patched(shown, patch), webhook.version)

    def _heed(
        self, webhook: Webhook, answer: reviews.Answer | BaseException
    ) -> reviews.Answer | None:
        """The answer of a webhook that allows the request, None of one that may fail and did."""
        if isinstance(answer, (calls.CallError, reviews.BadAnswerError)):
            if webhook.is_ignored_on_failure:
                return None
            bad = isinstance(answer, reviews.BadAnswerError)
            why = str(answer) if bad else f"failed to call webhook: {answer}"
            raise reviews.failure(webhook.name, why)
        if isinstance(answer, BaseException):
            raise answer
        self.attributes.warnings += answer.warnings
        if not answer.allowed:
            raise reviews.denial(webhook.name, answer.status)
        return answer

    def _endpoint(self, webhook: Webhook) -> calls.Endpoint:
        return calls.endpoint(self.attributes.state, webhook.tree.get("clientConfig") or {})

    def _configured(self, storage: tuple[str, str]) -> Iterator[Webhook]:
        stored = self.attributes.state.store.collection(storage).objects.values()
        return matching.webhooks([each.tree for each in stored], self.attributes.subject)

    def _selects(self, webhook: Webhook, new: Tree | None, old: Tree | None) -> bool:
        labels = self.attributes.namespace_labels(new, old)
        if not subject.selects(webhook.tree, (new, old), labels):
            return False
        wanted = webhook.tree.get("matchConditions")
        if not wanted:
            return True
        failed: list[str] = []
        values = conditions.values(self.attributes, webhook.version, new, old)
        with conditions.authorized_by(self.attributes):
            if not conditions.hold(wanted, values, failed):
                return False
        if not failed:
            return True
        if webhook.is_ignored_on_failure:
            return False
        raise self.attributes.forbidden(new or old or {}, conditions.aggregate(failed))

    def _request(self, webhook: Webhook, new: Tree | None, old: Tree | None) -> Tree:
        attributes, version = self.attributes, webhook.version
        request = attributes.review(version)
        request["object"] = attributes.shown(new, version)
        request["oldObject"] = attributes.shown(old, version)
        return request

    def _seconds(self, webhook: Webhook) -> float:
        """What a webhook may take: its own time, and not more than the request has left."""
        deadline = self.attributes.deadline
        if deadline is None:
            return webhook.timeout
        return max(min(webhook.timeout, deadline - time.monotonic()), 0.0)

    def _require_time(self) -> None:
        deadline = self.attributes.deadline
        if deadline is not None and time.monotonic() >= deadline:
            raise status.late()

    def _current(self) -> Stored | None:
        return self.attributes.state.store.collection(self.storage).objects.get(self.key)

    def _require_unchanged(self, before: Stored | None) -> None:
        if self._current() is not before:
            raise Changed


def _ask(
    webhook: Webhook, endpoint: calls.Endpoint, request: Tree, seconds: float, *, mutates: bool
) -> reviews.Answer:
    """Raises CallError and BadAnswerError. It takes its time: the lock must not be held."""
    version = reviews.version_of(webhook.tree)
    body = calls.call(endpoint, reviews.asked(version, request), seconds)
    return reviews.read(body, version, request["uid"], mutates=mutates)
