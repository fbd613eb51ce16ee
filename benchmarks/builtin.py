"""Generators on Kubernetes' own API, as whole processes, beside Go's on k8s.io/api.

Both generate deep copies, a clientset, listers and informers of the same group-versions; ours also
writes the Resource of each kind, which Go's clients have in themselves. Apply configurations have a
table of their own.
"""

from __future__ import annotations

import contextlib
import json
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
GO = "Go: deepcopy-, client-, lister-, informer-gen, cold"
GO_AGAIN = "Go: the same, unchanged"

GO_APPLY = "Go: applyconfiguration-gen"

GO_TOOLS = ("deepcopy-gen", "client-gen", "lister-gen", "informer-gen")
ELSEWHERE = ("apiextensions", "apiregistration", "meta")
"""Groups of `kube.api` whose Go types are in other modules than k8s.io/api."""

_PYPROJECT = """\
[project]
name = "benchmark"
version = "0"

[tool.codegen]
generators = ["deepcopy", "register", "clientset", "lister", "informer"]
input = {input}
"""


def tables(*, rounds: int) -> list[Table]:
    versions = group_versions()
    with _project(versions) as project, _go_module() as module:
        generate = [[sys.executable, "-m", "codegen", "generate"]]
        go = [] if module is None else _go_commands(versions)
        present = bool(go) and all(Path(command[0]).exists() for command in go)
        cwd = module or project
        outcomes = race(
            [
                Command(COLD, generate, project, lambda: _clean(project)),
                Command(CHANGED, generate, project, lambda: _touch(project)),
                Command(UNCHANGED, generate, project),
                Command(GO, go, cwd, lambda: _clean_go(cwd), present=present),
                Command(GO_AGAIN, go, cwd, present=present),
            ],
            rounds,
        )
    return [
        Table(
            f"Four generators on the {len(versions)} stable versions of k8s.io/api",
            [Column("wall, s", "wall"), Column("CPU, s", "cpu")],
            outcomes,
            [
                f"cold, {aim_of_value(outcomes, 'wall', 3, 's', name=COLD)}",
                f"unchanged, {aim_of_value(outcomes, 'wall', 0.2, 's', name=UNCHANGED)}",
                *([] if present else [_NO_TOOLS]),
            ],
            reference=COLD,
        ),
        _apply_configurations(versions, rounds),
    ]


def _apply_configurations(versions: list[str], rounds: int) -> Table:
    with _project([*versions, "meta/v1"]) as project, _go_module() as module:
        inputs = ",".join([*(f"kube/api/{v}" for v in (*versions, "meta/v1")), _METADATA])
        ours = [sys.executable, "-m", "codegen", "applyconfiguration", "--input", inputs]
        tool = ROOT / ".cache" / "envtest" / "applyconfiguration-gen"
        made = ["--output-dir", "generated/ac", "--output-pkg", "k8s.io/api/generated/ac"]
        packages = [f"k8s.io/api/{version}" for version in versions]
        go = [str(tool), "--go-header-file", "header.txt", *made, *packages]
        cwd = module or project
        present = module is not None and tool.exists()
        outcomes = race(
            [
                Command(
                    COLD,
                    [[*ours, "--output-dir", "kube/applyconfiguration"]],
                    project,
                    lambda: _clean(project),
                ),
                Command(GO_APPLY, [go], cwd, lambda: _clean_go(cwd), present=present),
            ],
            rounds,
        )
    return Table(
        f"Apply configurations of the {len(versions)} stable versions of k8s.io/api",
        [Column("wall, s", "wall"), Column("CPU, s", "cpu")],
        outcomes,
        [aim_of_value(outcomes, "wall", 2, "s", name=COLD), *([] if present else [_NO_TOOLS])],
        reference=COLD,
    )


_METADATA = "kube/runtime/metadata"
_NO_TOOLS = "no Go tools: `hack/envtest-assets.sh --all` builds them where Go is"


def group_versions() -> list[str]:
    """`apps/v1`, by folders of `kube/api`."""
    folders = (path.parent for path in (ROOT / "kube" / "api").glob("*/v*/types.py"))
    names = (folder.relative_to(ROOT / "kube" / "api") for folder in folders)
    return sorted(name.as_posix() for name in names if name.parts[0] not in ELSEWHERE)


@contextlib.contextmanager
def _project(versions: list[str]) -> Iterator[Path]:
    """A project that holds the API and what it stands on, and nothing generated."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        ignored = shutil.ignore_patterns("zz_generated*", "__pycache__")
        for part in ("api", "runtime"):
            shutil.copytree(ROOT / "kube" / part, project / "kube" / part, ignore=ignored)
        (project / "kube" / "__init__.py").touch()
        inputs = json.dumps([f"kube/api/{version}" for version in versions])
        (project / "pyproject.toml").write_text(_PYPROJECT.format(input=inputs))
        yield project


def _clean(project: Path) -> None:
    for made in ("generated", "kube/applyconfiguration", ".cache"):
        shutil.rmtree(project / made, ignore_errors=True)
    for file in project.glob("kube/**/zz_generated*"):
        file.unlink()


def _touch(project: Path) -> None:
    """One more line each time, so that it is never what it was."""
    with (project / "kube/api/core/v1/types.py").open("a") as types:
        types.write("# changed\n")


@contextlib.contextmanager
def _go_module() -> Iterator[Path | None]:
    """A copy of k8s.io/api, of the version that Go's tools were built for, to be written to."""
    source = _go_source()
    with tempfile.TemporaryDirectory() as folder:
        if source is None:
            yield None
            return
        module = Path(folder) / "api"
        shutil.copytree(source, module, ignore=shutil.ignore_patterns("testdata"))
        for path in (module, *module.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (module / "header.txt").touch()
        yield module


def _go_source() -> Path | None:
    if shutil.which("go") is None:
        return None
    done = subprocess.run(
        ["go", "mod", "download", "-json", "k8s.io/api"],
        cwd=ROOT / "hack" / "tools",
        env=environment(),
        capture_output=True,
        check=False,
    )
    return Path(json.loads(done.stdout)["Dir"]) if done.returncode == 0 else None


def _go_commands(versions: list[str]) -> list[list[str]]:
    deepcopy, client, lister, informer = (
        [str(ROOT / ".cache" / "envtest" / tool), "--go-header-file", "header.txt"]
        for tool in GO_TOOLS
    )
    packages = [f"k8s.io/api/{version}" for version in versions]
    made = "k8s.io/api/generated"

    def into(folder: str) -> list[str]:
        return ["--output-dir", f"generated/{folder}", "--output-pkg", f"{made}/{folder}"]

    return [
        [*deepcopy, "--output-file", "zz_generated.deepcopy.go", *packages],
        [
            *client,
            *("--clientset-name", "versioned", "--input-base", "k8s.io/api"),
            *("--input", ",".join(versions)),
            *into("clientset"),
        ],
        [*lister, *into("listers"), *packages],
        [
            *informer,
            *("--versioned-clientset-package", f"{made}/clientset/versioned"),
            *("--listers-package", f"{made}/listers"),
            *into("informers"),
            *packages,
        ],
    ]


def _clean_go(module: Path) -> None:
    shutil.rmtree(module / "generated", ignore_errors=True)
    for file in module.glob("**/zz_generated.deepcopy.go"):
        file.unlink()
