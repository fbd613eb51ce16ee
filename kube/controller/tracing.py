"""Spans of reconciles, where OpenTelemetry's API is installed. Without it nothing happens.

A span is named after its controller, has the object and the causes as attributes, and is current
for all that the reconciler calls. The program decides where spans go, by its own setup of the
SDK, before the manager runs; without one there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from kube.controller.logs import Reconcile
from kube.controller.outcome import Decision, Outcome
from kube.controller.request import Cause

trace: Any
try:
    from opentelemetry import trace
except ModuleNotFoundError:
    trace = None


class Span(Protocol):
    """What is told of a reconcile when it has ended."""

    def ended(self, outcome: Outcome, decision: Decision) -> None: ...


class _Nothing:
    def ended(self, outcome: Outcome, decision: Decision) -> None:
        pass


_NOTHING = nullcontext(_Nothing())


MakeSpan = Callable[[Reconcile, Sequence[Cause]], AbstractContextManager[Span]]


def spans() -> MakeSpan:
    """What makes the span of one reconcile, for a block; nothing where no spans were set up."""
    if trace is None or isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return lambda reconcile, causes: _NOTHING
    return _span


@contextmanager
def _span(reconcile: Reconcile, causes: Sequence[Cause]) -> Iterator[Span]:
    attributes = {
        "controller": reconcile.controller,
        "k8s.object.kind": reconcile.kind,
        "k8s.object.group": reconcile.group,
        "k8s.namespace.name": reconcile.namespace,
        "k8s.object.name": reconcile.object,
        "reconcile.id": reconcile.id,
        "reconcile.causes": [str(cause) for cause in causes],
    }
    tracer = trace.get_tracer("kube.controller")
    with tracer.start_as_current_span(
        f"reconcile {reconcile.controller}", attributes=attributes
    ) as span:
        yield _Span(span)


class _Span:
    def __init__(self, span: Any) -> None:
        self._span = span

    def ended(self, outcome: Outcome, decision: Decision) -> None:
        self._span.set_attribute("reconcile.result", decision.label.value)
        if decision.fault is not None and outcome.error is not None:
            self._span.record_exception(outcome.error)
            self._span.set_status(trace.Status(trace.StatusCode.ERROR, str(outcome.error)))
