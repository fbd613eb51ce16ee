"""The claims of a StatefulSet's Pods, and who owns them. Pure.

As `stateful_set_utils.go` of Kubernetes.
"""

from __future__ import annotations

from kube.envtest.apiserver.controllers.workloads.worker import copied, owned_by
from kube.runtime.trees import Tree


def wanted(stateful_set: Tree, pod: str) -> dict[str, Tree]:
    """The claims of a Pod, by name."""
    selector = (stateful_set["spec"].get("selector") or {}).get("matchLabels") or {}
    found: dict[str, Tree] = {}
    for template in stateful_set["spec"].get("volumeClaimTemplates") or ():
        name = _name(template, pod)
        labels = {**(template["metadata"].get("labels") or {}), **selector}
        metadata: Tree = {"name": name, "labels": labels}
        for member in ("annotations", "finalizers"):
            if template["metadata"].get(member):
                metadata[member] = copied(template["metadata"][member])
        found[name] = {"metadata": metadata, "spec": copied(template["spec"])}
    return found


def volumes_of(stateful_set: Tree, pod: str, volumes: list[Tree]) -> list[Tree]:
    """The volumes of a Pod: those of its claims, and the others of its template."""
    templates = stateful_set["spec"].get("volumeClaimTemplates") or ()
    own = [
        {
            "name": template["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": _name(template, pod)},
        }
        for template in templates
    ]
    names = {template["metadata"]["name"] for template in templates}
    return [*own, *(volume for volume in volumes if volume["name"] not in names)]


def are_mounted(stateful_set: Tree, pod: str, volumes: list[Tree]) -> bool:
    """Whether a Pod has the volumes of its claims."""
    by_name = {volume["name"]: volume.get("persistentVolumeClaim") or {} for volume in volumes}
    return all(
        by_name.get(template["metadata"]["name"], {}).get("claimName") == _name(template, pod)
        for template in stateful_set["spec"].get("volumeClaimTemplates") or ()
    )


def _name(template: Tree, pod: str) -> str:
    return f"{template['metadata']['name']}-{pod}"


def is_stale(claim: Tree, pod: str) -> bool:
    """Whether a Pod of this name, which is gone, owns a claim."""
    references = claim["metadata"].get("ownerReferences") or ()
    return any(_refers(each, "v1", "Pod", pod) for each in references)


def _refers(reference: Tree, api_version: str, kind: str, name: str) -> bool:
    have = (reference["apiVersion"], reference["kind"], reference["name"])
    return have == (api_version, kind, name)


def owners(
    have: list[Tree], stateful_set: Tree, pod: Tree, *, is_scaled_away: bool
) -> tuple[list[Tree], bool]:
    """The owner references that a claim has to have, and whether it has a controller that is
    neither the set nor the Pod: then the retention policy is ignored."""
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    with_set = policy.get("whenDeleted") == "Delete"
    with_pod = policy.get("whenScaled") == "Delete"
    candidates = (("apps/v1", "StatefulSet", stateful_set), ("v1", "Pod", pod))
    others, is_foreign = [], False
    for reference in have:
        mine = next(
            (c for c in candidates if _refers(reference, *c[:2], c[2]["metadata"]["name"])), None
        )
        if mine is None:
            others.append(reference)
            is_foreign |= bool(reference.get("controller"))
        elif reference["uid"] != mine[2]["metadata"]["uid"]:
            return have, False  # of a former object with the name: the garbage collector's
    is_foreign = is_foreign and (with_set or with_pod)
    if is_foreign:
        return others, True
    wanted: list[Tree] = []
    if with_set and not (with_pod and is_scaled_away):
        wanted.append(owned_by(stateful_set, "apps/v1", "StatefulSet"))
    if with_pod and is_scaled_away:
        wanted.append(owned_by(pod, "v1", "Pod"))
    own = {each["uid"]: each for each in wanted}
    known = [each for each in have if each in others or own.get(each["uid"]) == each]
    new = [each for each in wanted if each not in known]
    return [*known, *new], False
