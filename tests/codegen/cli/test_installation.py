"""What an installation gives: the base one a clear line, an editable one exact types."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """\
from kube.runtime import Object, Struct


class Spec(Struct):
    size: int = 1


class Widget(Object):
    spec: Spec | None = None


reveal_type(Widget().deep_copy())
reveal_type(Widget().metadata.name)
Spec(size="one")
"""


@pytest.mark.parametrize("module", ["click", "jinja2"])
def test_a_base_install_names_the_extra_in_one_line(tmp_path: Path, module: str) -> None:
    """A module of that name that is not there, as far as an import can tell."""
    missing = f"raise ModuleNotFoundError('No module named {module}', name='{module}')"
    (tmp_path / f"{module}.py").write_text(missing)
    package = tmp_path / "api/v1"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("# +k8s:deepcopy-gen=package\n")
    (package / "types.py").write_text(
        "from kube.runtime import Struct\n\nclass Spec(Struct):\n    a: list[int] | None = None\n"
    )
    (tmp_path / "pyproject.toml").write_text('[tool.codegen]\ninput = ["api/v1"]\n')
    repository = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "codegen", "generate"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{repository}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f'error: {module} is not installed: pip install "kube-codegen[codegen]"\n'


def is_editable() -> bool:
    text = importlib.metadata.distribution("kube-codegen").read_text("direct_url.json")
    return bool(text and json.loads(text).get("dir_info", {}).get("editable"))


@pytest.mark.skipif(not is_editable(), reason="kube-codegen is not installed as editable here")
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers_see_exact_types_through_an_editable_install(
    tmp_path: Path, checker: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    tool = shutil.which(checker, path=str(Path(sys.executable).parent))
    assert tool is not None
    options = {
        "mypy": ["--config-file=", f"--python-executable={sys.executable}"],
        "pyright": [f"--pythonpath={sys.executable}"],
    }
    done = subprocess.run(
        [tool, *options[checker], str(program)],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    again = "install again: .venv/bin/pip install -e '.[dev]' (setuptools' import hook hides types)"
    answer = done.stdout.replace("program.Widget", "Widget").replace("builtins.str", "str")
    assert '"Widget"' in answer, f"{answer}\n{again}"
    assert '"str"' in answer, f"{answer}\n{again}"
    assert done.returncode == 1, answer  # "one" is no size
    assert "size" in answer
