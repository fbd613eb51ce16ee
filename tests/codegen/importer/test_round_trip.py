"""No CRD loses anything: `crd(import(x))` is x, and importing that again is the same text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.crd import Options
from codegen.generators.crd.generate import generate
from codegen.importer import documents, returned
from codegen.importer.compare import Grade
from codegen.importer.crds import Result, import_crds
from tests.codegen.crd.random_apis import Api

ROOT = Path(__file__).parents[3]
CRDS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("tests/codegen/crd", "tests/codegen/importer/golden", "config/crd")
    for path in (ROOT / folder).rglob("*.yaml")
    if "incomplete" not in path.parts and "kind: CustomResourceDefinition" in path.read_text()
)


def imported(text: bytes) -> Result:
    diagnostics = Diagnostics()
    crds = documents.parse(text, "crd.yaml", diagnostics)
    assert not diagnostics.failed, list(diagnostics)
    return import_crds(crds, "apis")


def assert_comes_back(text: bytes) -> None:
    first = imported(text)
    assert first.faults == []
    assert first.refused == []
    for checked in first.checked:
        assert list(map(str, checked.differences or [])) == []
        assert checked.grade is Grade.EQUAL
    packages = [path.removesuffix("/__init__.py") for path in first.files if "__init__" in path]
    back, _ = returned.crds(first.files, packages)
    again = imported(yaml.safe_dump_all(list(back.values()), sort_keys=False).encode())
    assert again.files == first.files


@pytest.mark.parametrize("path", CRDS)
def test_a_crd_comes_back_as_it_was_and_its_second_import_is_the_same_text(path: str) -> None:
    assert_comes_back((ROOT / path).read_bytes())


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6))
def test_the_crds_of_a_random_api_come_back(tmp_path_factory, seed: int) -> None:
    root = tmp_path_factory.mktemp("api")
    (root / "v1").mkdir()
    (root / "v1/types.py").write_text(Api(seed).python())
    (root / "v1/__init__.py").write_text('# +groupName=random.example.com\n"""Version 1."""\n')
    diagnostics = Diagnostics()
    universe = source.read(root, ["v1"], diagnostics)
    context = Context(universe, Settings(options=(Options(),)), diagnostics)
    artifacts = list(generate(context))
    assert not diagnostics.failed
    assert_comes_back("".join(a.text for a in artifacts).encode())
