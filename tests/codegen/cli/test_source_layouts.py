"""Where generated trees stand and what they are imported as, in projects of other layouts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codegen import config
from codegen.config import Config
from codegen.diagnostics import Diagnostics
from codegen.generators import clientset, informer, lister

REPOSITORY = Path(__file__).parents[3]
TYPES = '''
from kube.runtime import Object, ObjectList

# +genclient
class Loaf(Object):
    """A loaf."""

class LoafList(ObjectList[Loaf]):
    """Loaves."""
'''


def project(root: Path, base: str, table: str = "") -> Path:
    package = root / base / "apis/bakery/v1"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("# +groupName=bakery.example.com\n")
    (package / "types.py").write_text(TYPES)
    text = f'[tool.codegen]\ninput = ["{base}/apis/bakery/v1"]\n{table}'
    (root / "pyproject.toml").write_text(text)
    return root


def load(root: Path) -> tuple[Config, list[str]]:
    diagnostics = Diagnostics()
    loaded = config.load(root, diagnostics)
    faults = [f"{d.position}: {d.message} ({d.hint})" for d in diagnostics]
    assert loaded is not None, faults
    return loaded, faults


def trees(root: Path) -> list[tuple[str, str]]:
    settings = load(root)[0].settings
    options = (settings.of(each.Options) for each in (clientset, lister, informer))
    return [(o.output_dir, o.output_package) for o in options]


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(root / "src"), str(REPOSITORY)))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_generated_code_of_a_src_layout_imports_without_src_in_its_names(tmp_path: Path) -> None:
    root = project(tmp_path, "src/mycompany", 'output-dir = "src/mycompany/generated"\n')
    done = run(root, "-m", "codegen", "generate")
    assert done.returncode == 0, done.stderr
    files = sorted((root / "src").rglob("*.py"))
    assert not [path for path in files if "from src." in path.read_text()]
    program = """
from mycompany.apis.bakery.v1.types import Loaf
from mycompany.generated.clientset.versioned.fake import FakeClientset
from mycompany.generated.informers.externalversions import SharedInformerFactory
loaf = Loaf()
loaf.metadata.name, loaf.metadata.namespace = "rye", "shop"
print(FakeClientset(loaf).bakery_v1.loaves("shop").get("rye").metadata.name)
"""
    answer = run(root, "-c", program)
    assert answer.stdout == "rye\n", answer.stderr
    assert run(root, "-m", "codegen", "verify").returncode == 0
    assert not (root / "generated").exists()


def test_one_output_folder_holds_the_trees_of_all_generators(tmp_path: Path) -> None:
    root = project(tmp_path, "apis", 'output-dir = "made/here"\nlister.output-dir = "listers"\n')
    assert trees(root) == [
        ("made/here/clientset", "made.here.clientset"),
        ("listers", "listers"),
        ("made/here/informers", "made.here.informers"),
    ]


@pytest.mark.parametrize(
    ("table", "clients"),
    [
        ("", ("generated/clientset", "generated.clientset")),
        ('output-dir = "src/a/b"', ("src/a/b/clientset", "a.b.clientset")),
        ('output-package = "a.b"', ("src/a/b/clientset", "a.b.clientset")),
        ('output-package = "apis.b"', ("apis/b/clientset", "apis.b.clientset")),
        (
            'output-dir = "src/a-b"\noutput-package = "ab"',
            ("src/a-b/clientset", "ab.clientset"),
        ),
        ('clientset.output-dir = "src/a/b"', ("src/a/b", "a.b")),
        ('clientset.output-package = "a.b"', ("src/a/b", "a.b")),
    ],
)
def test_in_a_src_layout_a_folder_below_src_is_imported_without_it(
    tmp_path: Path, table: str, clients: tuple[str, str]
) -> None:
    root = project(tmp_path, "src/mycompany", table)
    (root / "apis").mkdir()
    assert trees(root)[0] == clients


def test_where_src_is_a_package_it_is_a_part_of_the_names(tmp_path: Path) -> None:
    root = project(tmp_path, "src/mycompany", 'output-dir = "src/a"\n')
    (root / "src/__init__.py").touch()
    assert trees(root)[0] == ("src/a/clientset", "src.a.clientset")


def test_an_output_folder_that_python_cannot_import_is_an_error_at_its_place(
    tmp_path: Path,
) -> None:
    root = project(tmp_path, "apis", 'output-dir = "a-b"\n')
    diagnostics = Diagnostics()
    assert config.load(root, diagnostics) is None
    assert [f"{d.position}: {d.message} ({d.hint})" for d in diagnostics] == [
        "pyproject.toml:3:14: 'a-b' cannot be imported by that name "
        "(say what it is imported as with output-package)"
    ]
