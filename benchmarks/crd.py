"""`codegen crd` beside controller-gen, as whole processes, on one API of a CronJob's size.

The CRD of kubebuilder's CronJob holds a pod template, and has some 4,000 lines. The API here makes
as many, and is written from one description in Go and in Python.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import ROOT, Command, Faulty, race
from benchmarks.report import Column, Table

OURS = "**this project**, cold: no CRD, no stamp"
UNCHANGED = "**this project**, unchanged"
GO = "controller-gen"

TYPES = 60
FANOUT = 5
FIELDS = 8
_GO_TOOL = ROOT / ".cache/envtest/controller-gen"
_GO_MODULE = ROOT / "tests/codegen/crd/differential"


def tables(*, rounds: int) -> list[Table]:
    with _project() as project:
        ours = [[sys.executable, "-m", "codegen", "crd"]]
        output = f"output:dir={project / 'theirs'}"
        theirs = [[str(_GO_TOOL), "crd", "paths=./go/v1", output]]
        present = _GO_TOOL.exists() and shutil.which("go") is not None
        _run(ours[0], project)
        lines = sum(len(p.read_text().splitlines()) for p in (project / "config").rglob("*.yaml"))
        if present:
            _check_equal(project, theirs[0])
        outcomes = race(
            [
                Command(OURS, ours, project, lambda: _clean(project)),
                Command(UNCHANGED, ours, project),
                Command(GO, theirs, project, present=present),
            ],
            rounds,
        )
    missing = [] if present else ["no controller-gen: `hack/envtest-assets.sh --all` builds it"]
    return [
        Table(
            f"CRDs: an API of {TYPES} types, {lines} lines of YAML",
            [Column("wall, s", "wall"), Column("CPU, s", "cpu")],
            outcomes,
            missing,
            reference=OURS,
        )
    ]


def _run(command: list[str], project: Path) -> None:
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Faulty(done.stdout + done.stderr)


def _check_equal(project: Path, command: list[str]) -> None:
    """A race between two that do not make the same is none."""
    import yaml

    _run(command, project)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    (ours,) = (project / "config/crd/bases").iterdir()
    made = yaml.load(ours.read_text(), loader)
    expected = yaml.load((project / "theirs" / ours.name).read_text(), loader)
    if made["spec"] != expected["spec"]:
        raise Faulty(f"{ours.name} is not what controller-gen makes")


def _clean(project: Path) -> None:
    for name in ("config", ".codegen", ".cache"):
        shutil.rmtree(project / name, ignore_errors=True)


@contextlib.contextmanager
def _project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("go.mod", "go.sum"):
            shutil.copy(_GO_MODULE / name, project / name)
        for path, text in {
            "pyproject.toml": '[project]\nname = "b"\n\n[tool.codegen]\ninput = ["api/v1"]\n',
            "api/v1/__init__.py": '# +groupName=crd.example.com\n"""Version 1."""\n',
            "api/v1/types.py": "\n".join(_python()),
            "go/v1/types.go": "\n".join(_go()),
        }.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text)
        yield project


# --- the API ------------------------------------------------------------------------------------

_DOC = (
    "is one of the fields of this type.",
    "Its documentation takes several lines, as that of a pod does:",
    "cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/",
)


def _children(index: int) -> range:
    """The types that a type holds: a tree, as wide as FANOUT."""
    first = index * FANOUT + 1
    return range(first, min(first + FANOUT, TYPES))


def _python() -> Iterator[str]:
    yield "from kube.runtime import Int32, Object, Struct\n"
    for index in reversed(range(TYPES)):
        yield f'\nclass Type{index}(Struct):\n    """Type{index} is a type."""\n'
        for field in range(FIELDS):
            yield from (f"    # field{field} {_DOC[0]}", *(f"    # {line}" for line in _DOC[1:]))
            if field % 2:
                yield "    # +optional\n    # +kubebuilder:validation:Minimum=0"
                yield f"    field{field}: Int32 | None = None\n"
            else:
                yield "    # +kubebuilder:validation:MaxLength=63"
                yield f"    field{field}: str\n"
        for child in _children(index):
            yield f"    # child{child} holds more.\n    # +optional"
            yield f"    child{child}: Type{child} | None = None\n"
    yield '\nclass Sample(Object):\n    """Sample is a sample."""\n\n    spec: Type0\n'


def _go() -> Iterator[str]:
    yield "// +groupName=crd.example.com\npackage v1\n"
    yield 'import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"\n'
    for index in range(TYPES):
        yield f"// Type{index} is a type.\ntype Type{index} struct {{"
        for field in range(FIELDS):
            yield from (f"\t// field{field} {_DOC[0]}", *(f"\t// {line}" for line in _DOC[1:]))
            if field % 2:
                yield "\t// +optional\n\t// +kubebuilder:validation:Minimum=0"
                yield f'\tField{field} *int32 `json:"field{field},omitempty"`'
            else:
                yield "\t// +kubebuilder:validation:MaxLength=63"
                yield f'\tField{field} string `json:"field{field}"`'
        for child in _children(index):
            yield f"\t// child{child} holds more.\n\t// +optional"
            yield f'\tChild{child} *Type{child} `json:"child{child},omitempty"`'
        yield "}\n"
    yield '// Sample is a sample.\ntype Sample struct {\n\tmetav1.TypeMeta `json:",inline"`'
    yield '\tmetav1.ObjectMeta `json:"metadata,omitempty"`\n\tSpec Type0 `json:"spec"`\n}\n'
