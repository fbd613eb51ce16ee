"""The apply configurations of Kubernetes' own API, beside those of client-go, type by type.

`upstream.json` has the fields of client-go's, and what their constructors take. Where the module is
in Go's cache (hack/envtest-assets.sh brings it), it is read and compared with the file.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.codegen.generators.test_differential_generators import our_twins, their_twins
from tests.golden import Golden

ROOT = Path(__file__).parents[3]
EXPECTED = Path(__file__).parent / "upstream.json"
OURS = ROOT / "kube" / "applyconfiguration"
ELSEWHERE = {"apiextensions/v1", "apiregistration/v1"}
"""Versions whose apply configurations are not in client-go."""

_INLINED = "in Go it stands for fields that others inline; nothing refers to it"

# Types that are there or here alone, and fields that differ, each with its reason.
DIFFERENCES: dict[str, str] = {
    "admissionregistration/v1/Rule": _INLINED,
    "core/v1/EphemeralContainerCommon": _INLINED,
    "core/v1/PersistentVolumeSource": _INLINED,
    "core/v1/ProbeHandler": _INLINED,
    "core/v1/VolumeSource": _INLINED,
    "networking/v1/IngressRuleValue": _INLINED,
    "resource/v1/DeviceConfiguration": _INLINED,
    "meta/v1/TypeMeta": _INLINED,
    "core/v1/ComponentCondition": "deprecated, and not in kube.api",
    "core/v1/ComponentStatus": "deprecated, and not in kube.api",
    "meta/v1/GroupResource": "kube.api has it as a plain tuple",
    "meta/v1/DeleteOptions/ignoreStoreReadErrorWithClusterBreakingPotential": "not in kube.api",
    "meta/v1/DeleteOptions/orphanDependents": "deprecated, and not in kube.api",
    "policy/v1/Eviction": "created and never applied",
    "autoscaling/v1/Scale/()": "what has metadata has a name, with a client of its own or without",
}


def upstream() -> Path | None:
    """client-go's apply configurations, of the version that the tools are built from."""
    if shutil.which("go") is None:
        return None
    command = ["go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", "k8s.io/client-go"]
    offline = {**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    done = subprocess.run(
        command, cwd=ROOT / "hack/tools", env=offline, capture_output=True, text=True, check=False
    )
    folder = done.stdout.strip().partition(" ")[2]
    path = Path(folder, "applyconfigurations") if folder else None
    return path if path is not None and path.is_dir() else None


def versions() -> list[str]:
    modules = sorted(OURS.glob("*/v*.py"))
    names = [path.relative_to(OURS).with_suffix("").as_posix() for path in modules]
    return [name for name in names if name not in ELSEWHERE]


def places(twins: dict[str, Any]) -> dict[str, Any]:
    """Each type, each field and each constructor by its place."""
    found: dict[str, Any] = {}
    for name, twin in twins.items():
        found[name] = "a type"
        found |= {f"{name}/{field}": shape for field, shape in twin["fields"].items()}
        found[f"{name}/()"] = twin["takes"]
    return found


def is_named_map(theirs: object, ours: object) -> bool:
    """Whether Go has a name for a map, such as ResourceList, which is a plain one here."""
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    return (theirs, ours) in {("scalar", "map[scalar]"), ("map[scalar]", "map[list[scalar]]")}


@pytest.mark.parametrize("version", versions())
def test_types_have_the_fields_that_upstreams_have(version: str) -> None:
    left = places(json.loads(EXPECTED.read_text())[version])
    right = places(dict(our_twins(ast.parse((OURS / f"{version}.py").read_text()))))
    differing = {
        f"{version}/{place}": (left.get(place, "absent"), right.get(place, "absent"))
        for place in sorted({*left, *right})
        if left.get(place, "absent") != right.get(place, "absent")
        and not is_named_map(left.get(place), right.get(place))
    }
    unexplained = {
        place: shapes
        for place, shapes in differing.items()
        if not any(f"{place}/".startswith(f"{known}/") for known in DIFFERENCES)
    }
    assert unexplained == {}
    expected = {place for place in DIFFERENCES if place.startswith(f"{version}/")}
    assert expected <= set(differing), "a difference that is none any more"


def test_the_expected_fields_are_those_of_upstream_today(golden: Golden) -> None:
    folder = upstream()
    if folder is None:
        pytest.skip("k8s.io/client-go is not in Go's module cache: hack/envtest-assets.sh --all")
    made = {version: dict(their_twins(folder / version)) for version in versions()}
    golden(EXPECTED, json.dumps(made, indent=None, separators=(",", ":"), sort_keys=True) + "\n")
