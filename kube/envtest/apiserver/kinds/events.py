"""Rules of Events, which are stored as core/v1."""

from __future__ import annotations

from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.runtime.trees import Tree

_ABOUT = "involvedObject.namespace"
_MISMATCH = "does not match event.namespace"
_LENGTHS = (("action", 128), ("reason", 128), ("message", 1024))


def check(event: Tree, path: str, causes: list[Cause]) -> None:
    namespace = event["metadata"].get("namespace", "")
    about = event["involvedObject"].get("namespace", "")
    if event.get("eventTime") is None:
        if about != namespace and (about or namespace not in ("", "default")):
            causes.append(invalid_value(_ABOUT, about, _MISMATCH))
    else:
        if not about and namespace not in ("default", "kube-system"):
            causes.append(invalid_value(_ABOUT, about, _MISMATCH))
        _check_new_style(event, causes)


def _check_new_style(event: Tree, causes: list[Cause]) -> None:
    component = event.get("reportingComponent", "")
    if not component:
        causes.append(required("reportingComponent"))
    formats.qualified_name("reportingComponent", component, causes)
    instance = event.get("reportingInstance", "")
    if not instance:
        causes.append(required("reportingInstance"))
    if len(instance) > 128:
        causes.append(invalid_value("reportingInstance", "", "can have at most 128 characters"))
    for member, most in _LENGTHS:
        text = event.get(member, "")
        if not text and member != "message":
            causes.append(required(member))
        if len(text) > most:
            causes.append(invalid_value(member, "", f"can have at most {most} characters"))
