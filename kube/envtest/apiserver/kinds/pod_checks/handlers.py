"""Probes, and what is done when a container starts and stops."""

from __future__ import annotations

from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

_PROBED = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOKS = ("exec", "httpGet", "tcpSocket", "sleep")
_COUNTS = (
    "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold",
    "failureThreshold",
)  # fmt: skip


def check_probes(container: Tree, grace: int | None, path: str, causes: list[Cause]) -> None:
    for member in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(member)
        if probe is None:
            continue
        where = f"{path}.{member}"
        _check_probe(probe, grace, where, causes)
        seconds = probe.get("terminationGracePeriodSeconds")
        if member != "readinessProbe":
            if probe.get("successThreshold") != 1:
                shown = probe.get("successThreshold", 0)
                causes.append(invalid_value(f"{where}.successThreshold", shown, "must be 1"))
        elif seconds is not None:
            why = "must not be set for readinessProbes"
            causes.append(invalid_value(f"{where}.terminationGracePeriodSeconds", seconds, why))


def _check_probe(probe: Tree, grace: int | None, path: str, causes: list[Cause]) -> None:
    _check_handler(probe, _PROBED, grace, path, causes)
    for member in _COUNTS:
        values.non_negative(f"{path}.{member}", probe.get(member), causes)
    seconds = probe.get("terminationGracePeriodSeconds")
    values.positive(f"{path}.terminationGracePeriodSeconds", seconds, causes)


def check_lifecycle(lifecycle: Tree, grace: int | None, path: str, causes: list[Cause]) -> None:
    for member in ("postStart", "preStop"):
        if member in lifecycle:
            _check_handler(lifecycle[member], _HOOKS, grace, f"{path}.{member}", causes)


def _check_handler(
    handler: Tree, known: tuple[str, ...], grace: int | None, path: str, causes: list[Cause]
) -> None:
    chosen = [key for key in known if key in handler]
    if not chosen:
        causes.append(required(path, "must specify a handler type"))
    for key in chosen[:1]:
        action, where = handler[key], f"{path}.{key}"
        match key:
            case "exec":
                if not action.get("command"):
                    causes.append(required(f"{where}.command"))
            case "httpGet":
                _check_request(action, where, causes)
            case "sleep":
                _check_sleep(action, grace, where, causes)
            case _:
                values.port_or_name(f"{where}.port", action.get("port"), causes)
    for key in chosen[1:]:
        why = "may not specify more than 1 handler type"
        causes.append(not_allowed(f"{path}.{key}", why))


def _check_request(request: Tree, path: str, causes: list[Cause]) -> None:
    if not request.get("path"):
        causes.append(required(f"{path}.path"))
    values.port_or_name(f"{path}.port", request.get("port"), causes)
    values.one_of(f"{path}.scheme", request.get("scheme"), ("HTTP", "HTTPS"), causes)
    for header in request.get("httpHeaders") or ():
        formats.http_header(f"{path}.httpHeaders", header.get("name", ""), causes)


def _check_sleep(action: Tree, grace: int | None, path: str, causes: list[Cause]) -> None:
    seconds = action.get("seconds", 0)
    if grace is not None and not 0 <= seconds <= grace:
        why = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        causes.append(invalid_value(path, seconds, why))
