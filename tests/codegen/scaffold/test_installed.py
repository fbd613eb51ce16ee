"""A project that installs what it needs: the runtime from a folder of wheels, as it is on no index.

It takes a minute, and pip needs an index for all else: `make test-all`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.codegen.scaffold import projects

pytestmark = [
    pytest.mark.skipif("TEST_IMAGE" not in os.environ, reason="TEST_IMAGE is not set"),
    pytest.mark.timeout(600),
]


def test_make_installs_the_project_and_runs_its_checks(
    stages: projects.Stages, wheels: Path, tmp_path: Path
) -> None:
    root = tmp_path / projects.NAME
    shutil.copytree(stages.whole("plain"), root)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHON"}
    variables["PIP_FIND_LINKS"] = str(wheels)
    command = ["make", "test", "lint", "verify"]
    done = subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    installed = root / ".venv/lib"
    assert [*installed.glob("python*/site-packages/kube_codegen-*")]
