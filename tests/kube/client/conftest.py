"""No test of clients may fail because the machine is slow."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def patient_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no test is about it, connecting may take as long as it takes."""
    monkeypatch.setattr("kube.client.http.async_transport.CONNECT_TIMEOUT", 200.0)
    monkeypatch.setattr("kube.client.http.transport.CONNECT_TIMEOUT", 200.0)
