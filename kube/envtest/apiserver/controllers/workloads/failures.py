"""Which rule of a Job's podFailurePolicy a failed Pod meets. Pure: a policy and a Pod in.

As `pkg/controller/job/pod_failure_policy.go` of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kube.runtime.trees import Tree


class Match(msgspec.Struct, frozen=True):
    """What the first rule that a Pod meets wants: Count, FailIndex, FailJob or Ignore."""

    action: str
    message: str


def match(policy: Tree, pod: Tree) -> Match | None:
    """The match of the first rule; None where there is none, so that the failure counts."""
    if pod["status"].get("phase") != "Failed":
        return None
    for place, rule in enumerate(policy.get("rules") or ()):
        why = _by_exit_code(rule, pod) or _by_condition(rule, pod)
        if why:
            action = str(rule["action"])
            return Match(action, f"{why} matching {action} rule at index {place}")
    return None


def _by_exit_code(rule: Tree, pod: Tree) -> str:
    wanted = rule.get("onExitCodes")
    if wanted is None:
        return ""
    for name, code in _exit_codes(pod):
        is_meant = wanted.get("containerName") in (None, name)
        if code and is_meant and (code in wanted["values"]) is (wanted["operator"] == "In"):
            metadata = pod["metadata"]
            which = f"{metadata['namespace']}/{metadata['name']}"
            return f"Container {name} for pod {which} failed with exit code {code}"
    return ""


def _exit_codes(pod: Tree) -> Iterator[tuple[str, int]]:
    for member in ("containerStatuses", "initContainerStatuses"):
        for status in pod["status"].get(member) or ():
            terminated = (status.get("state") or {}).get("terminated")
            if terminated is not None:
                yield status["name"], terminated.get("exitCode", 0)


def _by_condition(rule: Tree, pod: Tree) -> str:
    for pattern in rule.get("onPodConditions") or ():
        for condition in pod["status"].get("conditions") or ():
            same = condition["type"] == pattern["type"]
            if same and condition["status"] == pattern.get("status", "True"):
                metadata = pod["metadata"]
                which = f"{metadata['namespace']}/{metadata['name']}"
                return f"Pod {which} has condition {condition['type']}"
    return ""
