"""The same APIs, written once in Go and once in Python: controller-gen's CRDs, and ours.

Each folder of `differential/` is a case. Beside the sources stands `expected/`, what controller-gen
makes of the Go one, so that the comparison runs everywhere; where the real tool is built (see
hack/envtest-assets.sh) it is run, and compared with `expected/`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Artifact, Context, Settings
from codegen.generators.crd import Options
from codegen.generators.crd.generate import generate
from tests.golden import Golden

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).parent / "differential"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
TOOL = Path(os.environ.get("KUBEBUILDER_ASSETS", ROOT / ".cache/envtest")) / "controller-gen"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ATTRIBUTION = "controller-gen.kubebuilder.io/version"

# What is not as controller-gen has it, by case and path, and why.
_NO_OBJECT = "it takes any named type for an object; this one is none, and the word says nothing"
_SPEC = ".properties.spec.properties"
DIFFERENCES: dict[tuple[str, str], str] = {
    ("required_scalars", f"{_SPEC}.percent.minProperties"): _NO_OBJECT,
    ("required_scalars", f"{_SPEC}.port.minProperties"): _NO_OBJECT,
    ("required_scalars", f"{_SPEC}.time.minProperties"): _NO_OBJECT,
    ("required_scalars", f"{_SPEC}.time.minLength"): "a time is a string, which is not empty",
}


def options(case: str) -> dict[str, Any]:
    path = CASES / case / "options.json"
    return json.loads(path.read_text()) if path.is_file() else {}


def ours(case: str) -> dict[str, Artifact]:
    """What `codegen crd` makes of a case's Python, by file name; fails on any diagnostic."""
    diagnostics = Diagnostics()
    packages = [f"{case}/{p.name}" for p in sorted((CASES / case).glob("v*"))]
    universe = source.read(CASES, packages, diagnostics)
    settings = Settings(options=(Options(**options(case).get("options", {})),))
    made = list(generate(Context(universe, settings, diagnostics)))
    assert not [d for d in diagnostics if d.severity.value == "error"], list(diagnostics)
    return {Path(a.path).name: a for a in made}


def theirs(cases: Iterable[str], out: Path) -> None:
    """Runs controller-gen on the Go of some cases, into a folder each; once for equal flags."""
    by_flags: dict[str, list[str]] = {}
    for case in cases:
        by_flags.setdefault(options(case).get("controller-gen", ""), []).append(case)
    for number, (flags, names) in enumerate(by_flags.items()):
        made = out / f"flags-{number}"  # not the flags: a comma ends the path
        subprocess.run(
            [
                TOOL,
                f"crd:{flags}" if flags else "crd",
                f"paths={';'.join(f'./{name}/...' for name in names)}",
                f"output:dir={made}",
            ],
            cwd=CASES,
            check=True,
            capture_output=True,
        )
        for name in names:
            group = name.replace("_", "-")
            (out / name).mkdir()
            for path in made.glob(f"{group}.example.com_*"):
                path.rename(out / name / path.name)


def parsed(text: str) -> dict[str, Any]:
    document = yaml.load(text, LOADER)
    annotations = document["metadata"].get("annotations", {})
    annotations.pop(ATTRIBUTION, None)
    if not annotations:
        document["metadata"].pop("annotations", None)
    return document


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every scalar of a document by its path, so that a difference says where it is."""
    if isinstance(value, dict) and value:
        return {p: v for k, inner in value.items() for p, v in leaves(inner, f"{path}.{k}").items()}
    if isinstance(value, list) and value:
        return {
            p: v for i, inner in enumerate(value) for p, v in leaves(inner, f"{path}[{i}]").items()
        }
    return {path: value}


@pytest.mark.parametrize("case", NAMES)
def test_a_crd_equals_what_controller_gen_makes_of_the_same_api_in_go(case: str) -> None:
    expected = {p.name: parsed(p.read_text()) for p in (CASES / case / "expected").iterdir()}
    found = {name: parsed(artifact.text) for name, artifact in ours(case).items()}
    assert sorted(found) == sorted(expected)
    for name in expected:
        left, right = leaves(expected[name]), leaves(found[name])
        differing = {
            path: (left.get(path, "absent"), right.get(path, "absent"))
            for path in sorted({*left, *right})
            if left.get(path, "absent") != right.get(path, "absent")
            and (case, path.partition(".openAPIV3Schema")[2]) not in DIFFERENCES
        }
        assert not differing


@pytest.mark.parametrize("case", [n for n in NAMES if n not in {name for name, _ in DIFFERENCES}])
def test_the_text_of_a_crd_is_laid_out_as_controller_gen_does(case: str) -> None:
    for name, artifact in ours(case).items():
        _, _, body = artifact.text.partition("---\n")
        text = (CASES / case / "expected" / name).read_text().removeprefix("---\n")
        lines = [line for line in text.splitlines() if ATTRIBUTION not in line]
        if "  annotations:" in lines and not lines[lines.index("  annotations:") + 1].startswith(
            "    "
        ):
            lines.remove("  annotations:")
        assert body.splitlines() == lines


@pytest.mark.skipif(not TOOL.is_file(), reason=f"controller-gen is not built at {TOOL}")
@pytest.mark.skipif(shutil.which("go") is None, reason="controller-gen needs Go to read packages")
def test_the_expected_files_are_what_controller_gen_makes_today(
    golden: Golden, tmp_path: Path
) -> None:
    theirs(NAMES, tmp_path)
    for case in NAMES:
        made = {p.name: p.read_text() for p in (tmp_path / case).iterdir()}
        golden(CASES / case / "expected", made)
