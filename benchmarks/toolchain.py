"""The five generators on the clusterprovisioner API, as whole processes, beside Go's five tools."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import ROOT, Command, environment, race
from benchmarks.report import Column, Table, aim_of_value

COLD = "**this project**, cold: nothing generated, no stamp"
CHANGED = "**this project**, one type changed"
UNCHANGED = "**this project**, unchanged"
GO = "Go: deepcopy-, register-, client-, lister-, informer-gen, cold"
GO_AGAIN = "Go: the same, unchanged"

GO_MODULE = "example.com/benchmarks"
GO_API = f"{GO_MODULE}/clusterprovisioner/v1alpha1"
GO_TOOLS = ("deepcopy-gen", "register-gen", "client-gen", "lister-gen", "informer-gen")


def tables(*, rounds: int) -> list[Table]:
    with _project() as project, _go_module() as module:
        generate = [[sys.executable, "-m", "codegen", "generate"]]
        go = _go_commands(module)
        tools = all(Path(command[0]).exists() for command in go) and shutil.which("go") is not None
        outcomes = race(
            [
                Command(COLD, generate, project, lambda: _clean(project)),
                Command(CHANGED, generate, project, lambda: _touch(project)),
                Command(UNCHANGED, generate, project),
                Command(GO, go, module, lambda: _clean_go(module), present=tools),
                Command(GO_AGAIN, go, module, present=tools),
            ],
            rounds,
        )
    return [
        Table(
            "The five generators on the clusterprovisioner API",
            [Column("wall, s", "wall"), Column("CPU, s", "cpu")],
            outcomes,
            [
                f"cold, {aim_of_value(outcomes, 'wall', 0.35, 's', name=COLD)}",
                f"unchanged, {aim_of_value(outcomes, 'wall', 0.12, 's', name=UNCHANGED)}",
                *([] if tools else [_NO_TOOLS]),
            ],
            reference=COLD,
        )
    ]


_NO_TOOLS = "no Go tools: `hack/envtest-assets.sh --all` builds them where Go is"

_PYPROJECT = """\
[project]
name = "benchmark"
version = "0"

[tool.codegen]
generators = ["deepcopy", "register", "clientset", "lister", "informer"]
input = ["apis/clusterprovisioner/v1alpha1"]
"""


@contextlib.contextmanager
def _project() -> Iterator[Path]:
    """A project that holds the reference API and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(
            ROOT / "apis",
            project / "apis",
            ignore=shutil.ignore_patterns("zz_generated*", "__pycache__"),
        )
        (project / "pyproject.toml").write_text(_PYPROJECT)
        yield project


def _clean(project: Path) -> None:
    for made in ("generated", ".cache"):
        shutil.rmtree(project / made, ignore_errors=True)
    for file in project.glob("apis/**/zz_generated*"):
        file.unlink()


def _touch(project: Path) -> None:
    """One more line each time, so that it is never what it was."""
    with (project / "apis/clusterprovisioner/v1alpha1/types.py").open("a") as types:
        types.write("# changed\n")


@contextlib.contextmanager
def _go_module() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "go"
        shutil.copytree(ROOT / "benchmarks" / "go", module)
        (module / "header.txt").touch()
        if shutil.which("go") is not None:
            subprocess.run(["go", "mod", "download"], cwd=module, env=environment(), check=False)
        yield module


def _go_commands(module: Path) -> list[list[str]]:
    deepcopy, register, client, lister, informer = (
        [str(ROOT / ".cache" / "envtest" / tool), "--go-header-file", "header.txt"]
        for tool in GO_TOOLS
    )
    made = f"{GO_MODULE}/generated"

    def into(folder: str) -> list[str]:
        return ["--output-dir", f"generated/{folder}", "--output-pkg", f"{made}/{folder}"]

    return [
        [*deepcopy, "--output-file", "zz_generated.deepcopy.go", GO_API],
        [*register, "--output-file", "zz_generated.register.go", GO_API],
        [
            *client,
            *("--clientset-name", "versioned"),
            *("--input-base", GO_MODULE, "--input", "clusterprovisioner/v1alpha1"),
            *into("clientset"),
        ],
        [*lister, *into("listers"), GO_API],
        [
            *informer,
            *("--versioned-clientset-package", f"{made}/clientset/versioned"),
            *("--listers-package", f"{made}/listers"),
            *into("informers"),
            GO_API,
        ],
    ]


def _clean_go(module: Path) -> None:
    shutil.rmtree(module / "generated", ignore_errors=True)
    for file in module.glob("**/zz_generated*"):
        file.unlink()
