"""Admission by webhooks: the mutating ones in order, then the validating ones, about one write.

A webhook may take long, and may ask this server meanwhile. So the lock is released while one is
asked, and the request begins anew if the object has changed until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage import metadata as meta
from kube.envtest.apiserver.storage.store import Stored
from kube.envtest.apiserver.storage.writes import Changed
from kube.envtest.apiserver.webhooks import calls, matching, reviews
from kube.envtest.apiserver.webhooks.concern import MUTATING, VALIDATING
from kube.envtest.apiserver.webhooks.matching import Subject, Webhook
from kube.runtime.trees import Tree


@dataclass(slots=True)
class Admission:
    """The webhooks' part in one write. `request` holds what all reviews of it share."""

    state: State
    subject: Subject
    request: Tree
    key: tuple[str, str]
    storage: tuple[str, str]
    external: Callable[[Tree], Tree]
    """The object with its apiVersion and kind, from the stored form."""
    internal: Callable[[Tree], Tree]
    """And back, with defaults; raises StatusError."""
    convert: Callable[[Tree, str, str], Tree] | None = None
    """From one version to another, where a webhook does that; else versions are alike."""
    warnings: list[str] = field(default_factory=list)

    def mutate(self, new: Tree | None, old: Tree | None) -> Tree | None:
        """The new object as the mutating webhooks leave it; raises StatusError."""
        before = self._current()
        asked = list(self._configured(MUTATING))
        again: list[Webhook] = []
        for webhook in asked:
            answered = self._mutate_by(webhook, new, old)
            if answered is not new:
                new = answered
                # Those that have had their say see what others made of it.
                again = [w for w in asked[: asked.index(webhook)] if w.is_reinvoked]
        for webhook in again:
            new = self._mutate_by(webhook, new, old)
        self._require_unchanged(before)
        return new

    def validate(self, new: Tree | None, old: Tree | None) -> None:
        """Raise StatusError where a validating webhook denies the write; all are asked at once."""
        before = self._current()
        concerned = [w for w in self._configured(VALIDATING) if self._selects(w, new, old)]
        if not concerned:
            return
        requests = [(w, self._endpoint(w), self._request(w, new, old)) for w in concerned]
        with self.state.unlocked(), ThreadPoolExecutor(len(concerned)) as pool:
            asked = [pool.submit(_ask, *request, mutates=False) for request in requests]
            answers = [future.exception() or future.result() for future in asked]
        for webhook, answer in zip(concerned, answers, strict=True):
            self._heed(webhook, answer)
        self._require_unchanged(before)

    def _mutate_by(self, webhook: Webhook, new: Tree | None, old: Tree | None) -> Tree | None:
        if not self._selects(webhook, new, old):
            return new
        answer: reviews.Answer | BaseException
        endpoint, request = self._endpoint(webhook), self._request(webhook, new, old)
        with self.state.unlocked():
            try:
                answer = _ask(webhook, endpoint, request, mutates=True)
            except Exception as error:
                answer = error
        accepted = self._heed(webhook, answer)
        if accepted is None or not accepted.patch or new is None:
            return new
        shown = self._shown(new, webhook)
        made = reviews.patched(shown or {}, accepted.patch)
        return self.internal(self._in_version(made, webhook.version, self.subject.version))

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
        self.warnings += answer.warnings
        if not answer.allowed:
            raise reviews.denial(webhook.name, answer.status)
        return answer

    def _endpoint(self, webhook: Webhook) -> calls.Endpoint:
        return calls.endpoint(self.state, webhook.tree.get("clientConfig") or {})

    def _configured(self, storage: tuple[str, str]) -> Iterator[Webhook]:
        configurations = [s.tree for s in self.state.store.collection(storage).objects.values()]
        return matching.webhooks(configurations, self.subject)

    def _selects(self, webhook: Webhook, new: Tree | None, old: Tree | None) -> bool:
        labels: dict[str, str] | None = None
        if self.subject.is_namespace:
            labels = ((new or old or {}).get("metadata") or {}).get("labels") or {}
        elif self.subject.namespace:
            found = self.state.store.collection(NAMESPACES).objects.get(
                ("", self.subject.namespace)
            )
            labels = found.tree["metadata"].get("labels") or {} if found is not None else {}
        if not matching.selects(webhook, (new, old), labels):
            return False
        conditions = webhook.tree.get("matchConditions")
        return not conditions or self._meets(webhook, conditions, new, old)

    def _meets(
        self, webhook: Webhook, conditions: list[Tree], new: Tree | None, old: Tree | None
    ) -> bool:
        """Whether all conditions hold; one that is false decides, whatever fails beside it."""
        from kube.envtest.apiserver.schemas.cel.programs import (
            CompileError,
            EvaluationError,
            condition,
        )

        values = {
            "object": self._shown(new, webhook),
            "oldObject": self._shown(old, webhook),
            "request": self._request(webhook, new, old),
        }
        failed: list[str] = []
        for each in conditions:
            try:
                if condition(str(each["expression"])).evaluate(values) is not True:
                    return False
            except (CompileError, EvaluationError) as error:
                failed.append(f"{each.get('name', '')}: {error}")
        if not failed:
            return True
        if webhook.is_ignored_on_failure:
            return False
        raise StatusError(
            403, "Forbidden", f"matchConditions of {webhook.name} failed: {'; '.join(failed)}", {}
        )

    def _request(self, webhook: Webhook, new: Tree | None, old: Tree | None) -> Tree:
        subject = self.subject
        seen = replace(subject, version=webhook.version)
        name = subject.name or ((new or {}).get("metadata") or {}).get("name") or ""
        request: Tree = {
            "uid": meta.new_uid(),
            "kind": _kind(seen),
            "resource": _resource(seen),
            "requestKind": _kind(subject),
            "requestResource": _resource(subject),
            "name": name,
            "namespace": subject.namespace,
            "operation": subject.operation,
            "object": self._shown(new, webhook),
            "oldObject": self._shown(old, webhook),
            **self.request,
        }
        if subject.subresource:
            request["subResource"] = request["requestSubResource"] = subject.subresource
        return {key: value for key, value in request.items() if value != ""}

    def _shown(self, tree: Tree | None, webhook: Webhook) -> Tree | None:
        if tree is None:
            return None
        return self._in_version(self.external(tree), self.subject.version, webhook.version)

    def _in_version(self, tree: Tree, old: str, new: str) -> Tree:
        if old == new or self.subject.other_kind is not None:
            return tree
        made = self.convert(tree, old, new) if self.convert is not None else tree
        return {**made, "apiVersion": self._api_version(new), "kind": self.subject.kind}

    def _api_version(self, version: str) -> str:
        return f"{self.subject.group}/{version}" if self.subject.group else version

    def _current(self) -> Stored | None:
        return self.state.store.collection(self.storage).objects.get(self.key)

    def _require_unchanged(self, before: Stored | None) -> None:
        if self._current() is not before:
            raise Changed


def _kind(subject: Subject) -> dict[str, Any]:
    if subject.other_kind is not None:
        return subject.other_kind
    return {"group": subject.group, "version": subject.version, "kind": subject.kind}


def _resource(subject: Subject) -> dict[str, Any]:
    return {"group": subject.group, "version": subject.version, "resource": subject.plural}


def _ask(
    webhook: Webhook, endpoint: calls.Endpoint, request: Tree, *, mutates: bool
) -> reviews.Answer:
    """Raises CallError and BadAnswerError. It takes its time: the lock must not be held."""
    version = reviews.version_of(webhook.tree)
    body = calls.call(endpoint, reviews.asked(version, request), webhook.timeout)
    return reviews.read(body, version, request["uid"], mutates=mutates)
