"""Random APIs in both languages: what controller-gen makes of the one, we make of the other."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen import source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.crd.generate import generate

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from random_apis import Api  # noqa: E402

ROOT = HERE.parents[2]
TOOL = Path(os.environ.get("KUBEBUILDER_ASSETS", ROOT / ".cache/envtest")) / "controller-gen"
SEED = int(os.environ.get("RANDOM_APIS_SEED", random.SystemRandom().randrange(10**6)))
NUMBER = 12


@pytest.mark.skipif(not TOOL.is_file(), reason=f"controller-gen is not built at {TOOL}")
@pytest.mark.skipif(shutil.which("go") is None, reason="controller-gen needs Go to read packages")
def test_what_controller_gen_makes_of_a_random_api_in_go_we_make_of_it_in_python(
    tmp_path: Path,
) -> None:
    for name in ("go.mod", "go.sum"):
        shutil.copy(HERE / "differential" / name, tmp_path / name)
    for index in range(NUMBER):
        group = f"api{index}.example.com"
        folder = tmp_path / f"api{index}" / "v1"
        folder.mkdir(parents=True)
        api = Api(SEED + index)
        (folder / "types.go").write_text(api.go(group))
        (folder / "types.py").write_text(api.python())
        (folder / "__init__.py").write_text(f'# +groupName={group}\n"""Version 1."""\n')
    done = subprocess.run(
        [TOOL, "crd", "paths=./...", f"output:dir={tmp_path / 'theirs'}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    again = f"RANDOM_APIS_SEED={SEED} makes the same APIs again"
    assert done.returncode == 0, f"{done.stderr}\n{again}"
    made = ours(tmp_path)
    for path in sorted((tmp_path / "theirs").iterdir()):
        assert made[path.name] == yaml.safe_load(path.read_text())["spec"], f"{path.name}: {again}"


def ours(root: Path) -> dict[str, Any]:
    diagnostics = Diagnostics()
    universe = source.read(root, [f"api{i}/v1" for i in range(NUMBER)], diagnostics)
    made = list(generate(Context(universe, Settings(), diagnostics)))
    assert not [d for d in diagnostics if d.severity.value == "error"], list(diagnostics)
    return {Path(a.path).name: yaml.safe_load(a.text)["spec"] for a in made}
