"""What the settings of `codegen crd` do; and every CRD is one by the server's own description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.crd import Options
from codegen.generators.crd.generate import generate

HERE = Path(__file__).parent
META_SCHEMA = json.loads((HERE / "crd_meta_schema.json").read_text())
CASES = HERE / "differential"
MANIFESTS = sorted(
    path.relative_to(HERE).as_posix() for path in (HERE / "golden").glob("*/expected/*.yaml")
)


def crds(
    root: Path, *packages: str, diagnostics: Diagnostics | None = None, **options: Any
) -> list[dict[str, Any]]:
    diagnostics = Diagnostics() if diagnostics is None else diagnostics
    universe = source.read(root, packages, diagnostics)
    made = list(generate(Context(universe, Settings(options=(Options(**options),)), diagnostics)))
    return [yaml.safe_load(artifact.text) for artifact in made]


def schema_of(crd: dict[str, Any]) -> dict[str, Any]:
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_a_crd_by_the_servers_own_description(name: str) -> None:
    document = yaml.safe_load((HERE / name).read_text())
    faults = [
        f"{e.json_path}: {e.message}" for e in Draft7Validator(META_SCHEMA).iter_errors(document)
    ]
    assert not faults


def test_the_manifests_of_every_differential_case_are_crds_too() -> None:
    validator = Draft7Validator(META_SCHEMA)
    for case in sorted(CASES.iterdir()):
        if not case.is_dir():
            continue
        for crd in crds(CASES, *(f"{case.name}/{p.name}" for p in case.glob("v*"))):
            assert not [e.message for e in validator.iter_errors(crd)], case.name


def test_a_length_for_one_path_holds_for_all_below_it_and_nothing_else() -> None:
    (crd,) = crds(CASES, "documentation/v1", desc_lens={"spec": 0, "spec.unicode": 1000})
    schema = schema_of(crd)
    assert schema["description"] == "Sample is a sample."
    spec = schema["properties"]["spec"]
    assert "description" not in spec
    described = [name for name, inner in spec["properties"].items() if "description" in inner]
    assert described == ["unicode"]


def test_a_description_is_cut_within_no_character() -> None:
    (crd,) = crds(CASES, "documentation/v1", max_desc_len=4)
    unicode = schema_of(crd)["properties"]["spec"]["properties"]["unicode"]
    assert unicode["description"] == "Grö..."


def test_a_conversion_webhook_stands_in_crds_of_several_versions_alone() -> None:
    versions = ("versions/v1", "versions/v1alpha1", "versions/v1beta1")
    (crd,) = crds(CASES, *versions, conversion_webhook="system/webhook-service")
    assert crd["spec"]["conversion"] == {
        "strategy": "Webhook",
        "webhook": {
            "clientConfig": {
                "service": {"namespace": "system", "name": "webhook-service", "path": "/convert"}
            },
            "conversionReviewVersions": ["v1"],
        },
    }
    (crd,) = crds(CASES, "scalars/v1", conversion_webhook="system/webhook-service")
    assert "conversion" not in crd["spec"]


def test_an_exception_from_the_rules_of_plurals_is_the_crds_name_and_file() -> None:
    diagnostics = Diagnostics()
    universe = source.read(CASES, ["plurals/v1"], diagnostics)
    settings = Settings(plural_exceptions={"Zoo": "Menageries"})
    made = {
        Path(a.path).name: yaml.safe_load(a.text)
        for a in generate(Context(universe, settings, diagnostics))
    }
    crd = made["plurals.example.com_menageries.yaml"]
    assert crd["metadata"]["name"] == "menageries.plurals.example.com"


def test_a_crd_too_large_for_kubectl_apply_is_warned_about(tmp_path: Path) -> None:
    package = tmp_path / "v1"
    package.mkdir()
    (package / "__init__.py").write_text('# +groupName=large.example.com\n"""Large."""\n')
    fields = "".join(f'    field_{i}: str\n    """{"A long story. " * 40}"""\n' for i in range(400))
    (package / "types.py").write_text(
        "from kube.runtime import Object, Struct\n\n"
        f"class Spec(Struct):\n{fields}\n\nclass Large(Object):\n    spec: Spec\n"
    )
    diagnostics = Diagnostics()
    crds(tmp_path, "v1", diagnostics=diagnostics)
    (warning,) = diagnostics
    assert warning.code == "large-crd"
    assert warning.position.path == "v1/types.py"


def test_the_output_is_the_same_from_run_to_run() -> None:
    diagnostics = Diagnostics()
    universe = source.read(CASES, ["collections/v1", "cel/v1"], diagnostics)
    context = Context(universe, Settings(), diagnostics)
    assert list(generate(context)) == list(generate(context))
