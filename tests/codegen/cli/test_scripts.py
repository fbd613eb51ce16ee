"""What the scripts in hack/ do on machines unlike this one, with Pythons that are shell scripts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HACK = Path(__file__).parents[3] / "hack"
TOOLS = ("bash", "cat", "cksum", "dirname", "mkdir", "cp")

# Answers as a Python of the given version would, and logs the rest of what it is asked.
PYTHON = """#!/bin/bash
case "$*" in
*version_info*) exit {too_old} ;;
--version) echo "Python {version}" ;;
"-m venv --clear "*) echo venv >>log; mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
*) echo "$*" >>log ;;
esac
"""
LAST = '*) echo "$*"'
SHIM = '#!/bin/bash\necho "pyenv: no such version" >&2\nexit 127\n'
NEW, OLD = PYTHON.format(too_old=0, version="3.12.1"), PYTHON.format(too_old=1, version="3.9.2")


class Machine:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found
            (self.bin / tool).symlink_to(found)
        self.project = root / "project"
        shutil.copytree(HACK, self.project / "hack", ignore=shutil.ignore_patterns("tools"))
        (self.project / "pyproject.toml").write_text("[project]\n")

    def python(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, script: str, **environment: str) -> tuple[int, str, list[str]]:
        log = self.project / "log"
        log.unlink(missing_ok=True)
        result = subprocess.run(
            ["bash", self.project / "hack" / script],
            env={"PATH": str(self.bin), **environment},
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        said = log.read_text().splitlines() if log.exists() else []
        return result.returncode, result.stdout + result.stderr, said


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


INSTALL = "-m pip install --quiet --disable-pip-version-check --editable .[{}]"


def test_a_fresh_machine_gets_a_venv_and_the_second_run_only_generates(machine: Machine) -> None:
    machine.python("python3", NEW)
    code, output, log = machine.run("update-codegen.sh")
    assert code == 0
    assert "making .venv with Python 3.12.1\ninstalling the dependencies into .venv\n" in output
    assert log == ["venv", "-c import pip", INSTALL.format("codegen"), "-m codegen generate"]
    assert machine.run("update-codegen.sh")[2] == ["-m codegen generate"]


def test_what_pyproject_says_anew_is_installed_anew(machine: Machine) -> None:
    machine.python("python3", NEW)
    machine.run("update-codegen.sh")
    (machine.project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert INSTALL.format("codegen") in machine.run("verify-codegen.sh")[2]


def test_the_development_install_serves_generation_too(machine: Machine) -> None:
    machine.python("python3", NEW)
    assert INSTALL.format("dev") in machine.run("python.sh")[2]
    assert machine.run("update-codegen.sh")[2] == ["-m codegen generate"]


def test_a_python_that_is_old_or_only_a_shim_is_passed_over(machine: Machine) -> None:
    machine.python("python3", OLD)
    machine.python("python3.13", SHIM)
    machine.python("python3.11", PYTHON.format(too_old=0, version="3.11.0"))
    assert "making .venv with Python 3.11.0" in machine.run("update-codegen.sh")[1]


def test_a_machine_without_python_is_told_so(machine: Machine) -> None:
    machine.python("python3", OLD)
    code, output, _ = machine.run("test.sh")
    assert code == 1
    assert output == "error: no Python 3.11 or newer in PATH; install one and run this again\n"


def test_a_python_without_venv_is_told_what_to_install(machine: Machine) -> None:
    machine.python("python3", NEW.replace("echo venv >>log;", "exit 1;"))
    code, output, _ = machine.run("update-codegen.sh")
    assert code == 1
    assert "python3 cannot make virtual environments (on Debian and Ubuntu: apt" in output


def test_a_broken_venv_is_made_anew(machine: Machine) -> None:
    machine.python("python3", NEW)
    machine.run("update-codegen.sh")
    (machine.project / ".venv/bin/python").write_text(SHIM)
    assert "venv" in machine.run("update-codegen.sh")[2]


def test_a_failed_install_is_tried_again(machine: Machine) -> None:
    machine.python("python3", NEW.replace(LAST, f"*install*) exit 1 ;;\n{LAST}"))
    assert machine.run("update-codegen.sh")[0] == 1
    (machine.project / ".venv/bin/python").write_text(NEW)
    assert INSTALL.format("codegen") in machine.run("update-codegen.sh")[2]


def test_the_suite_runs_on_each_python_that_runs_and_passes_over_shims(machine: Machine) -> None:
    machine.python("python3.11", SHIM)
    machine.python("python3.12", SHIM)
    machine.python("python3.13", NEW)
    versions = machine.root / ".pyenv/versions/3.12.7/bin"
    versions.mkdir(parents=True)
    (versions / "python").write_text(NEW)
    (versions / "python").chmod(0o755)
    code, output, log = machine.run("test-pythons.sh", HOME=str(machine.root))
    assert code == 0
    assert "skipped Python 3.11: it is not installed here\n" in output
    assert "making .cache/venv-3.12 with" in output
    assert "making .cache/venv-3.13 with" in output
    assert log.count("-m pytest -q -n 2") == 2


def test_a_suite_that_fails_on_one_python_still_runs_on_the_next(machine: Machine) -> None:
    machine.python("python3.12", NEW.replace(LAST, f'*pytest*) echo "$*" >>log; exit 1 ;;\n{LAST}'))
    machine.python("python3.13", NEW)
    code, output, log = machine.run("test-pythons.sh")
    assert code == 1
    assert output.endswith("FAILED on Python 3.12\n")
    assert log.count("-m pytest -q -n 2") == 2
