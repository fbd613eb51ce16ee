"""What can be measured of controllers, as a protocol that any metrics library can serve."""

from __future__ import annotations

from typing import Protocol

from kube.controller.outcome import Decision
from kube.workqueue import MetricsProvider as QueueMetrics


class Recorder(Protocol):
    """What one controller tells of. Times are in seconds."""

    def started(self) -> None:
        """A worker has begun a reconcile."""

    def finished(self, seconds: float, decision: Decision, timed_out: bool, /) -> None:
        """It has ended. `decision` has the label and the kind of failure."""


class CertificateRecorder(Protocol):
    """What a certificate of files tells of."""

    def certificate_read(self, failed: bool, /) -> None:
        """The files were read, or could not be used."""


class MetricsProvider(CertificateRecorder, Protocol):
    @property
    def queues(self) -> QueueMetrics:
        """Measures the queues of controllers."""
        ...

    def for_controller(self, name: str, workers: int) -> Recorder: ...
