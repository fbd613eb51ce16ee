"""Every CRD that `codegen crd` makes in its own tests, the servers take without a word."""

from pathlib import Path

import pytest
import yaml

from tests.kube.conformance.waiting import eventually

CRD_TESTS = Path(__file__).parents[2] / "codegen" / "crd"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
# What controller-gen writes as well and no server takes.
REFUSED = {"unique_items_the_server_refuses", "names_of_keys"}
CASES = sorted(
    path.relative_to(CRD_TESTS).as_posix()
    for folder in ("golden", "differential")
    for path in (CRD_TESTS / folder).glob("*/expected/*.yaml")
    if path.parents[1].name not in REFUSED
)


def of_its_own_group(path):
    """The CRD under a group that no other case has."""
    crd = yaml.safe_load(path.read_text())
    spec, metadata = crd["spec"], crd["metadata"]
    if not spec["group"].endswith(".k8s.io"):
        spec["group"] = f"{path.parents[1].name.replace('_', '-')}.{path.parents[2].name}.test"
        metadata["name"] = f"{spec['names']['plural']}.{spec['group']}"
    return crd


@pytest.mark.parametrize("case", CASES)
def test_a_generated_crd_is_established_without_a_warning(api, case):
    crd = of_its_own_group(CRD_TESTS / case)
    answer = api.post(DEFINITIONS, crd)
    answer.ok()
    assert not [w for w in answer.warnings() if "unrecognized format" not in w]

    def established():
        found = api.get(f"{DEFINITIONS}/{crd['metadata']['name']}").ok()
        return {c["type"]: c["status"] for c in found["status"].get("conditions") or []}

    eventually(lambda: established().get("Established") == "True")
    assert set(established().values()) == {"True"}
    assert "NonStructuralSchema" not in established()
    api.delete(f"{DEFINITIONS}/{crd['metadata']['name']}").ok()
