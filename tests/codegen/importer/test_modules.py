"""The imported modules are good Python: they import, are strictly typed and formatted."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.codegen.importer import rows
from tests.codegen.importer.test_round_trip import imported

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"
WITH_MODULES = sorted(
    folder.name for folder in GOLDEN.iterdir() if (folder / "expected/apis").is_dir()
)
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "MYPYPATH": str(ROOT)}


def all_members() -> rows.Schema:
    """One CRD with the members of all rows."""
    crd = rows.with_member({"type": "string"})
    rows.root(crd)["properties"]["spec"]["properties"] = {
        name: yaml.safe_load(schema) for name, (schema, _) in rows.MEMBERS.items()
    }
    return crd


def one_change_each() -> Iterator[tuple[str, rows.Schema]]:
    for name in ("kind in lower case", "kind called as our own classes", "version of another name"):
        yield name.replace(" ", "_"), next(crd for row, crd, _ in rows.crds() if row == name)


def test_the_imported_modules_of_all_cases_import_type_check_and_are_formatted(
    tmp_path: Path,
) -> None:
    for case in WITH_MODULES:
        shutil.copytree(GOLDEN / case / "expected/apis", tmp_path / case)
    for name, crd in (("members", all_members()), *one_change_each()):
        for path, text in imported(yaml.safe_dump(crd).encode()).files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
    modules = sorted(
        path.relative_to(tmp_path).with_suffix("").as_posix().replace("/", ".")
        for path in tmp_path.rglob("types.py")
    )
    assert modules
    imports = "\n".join(f"import {module}" for module in modules)
    ruff = Path(sys.executable).with_name("ruff")
    for command in (
        [sys.executable, "-c", imports],
        [sys.executable, "-m", "mypy", "--strict", *(f"-m{module}" for module in modules)],
        [ruff, "format", "--check", "--config", "line-length=100", "."],
    ):
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**ENVIRONMENT, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
