"""`codegen edit`: a project in another layout, with what its user wrote in it."""

from __future__ import annotations

import ast
import compileall
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.scaffold.renaming import Moves, renamed
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.test_edited_projects import codegen, create, edit, tree

PACKAGE = projects.PACKAGE
SOURCE = f"src/{PACKAGE}"
LOAF = ("bakery", "v1alpha1", "Loaf", "--resource", "--controller")
OWN = ("apps", "v1", "Deployment", "--no-resource", "--controller")
MOVES = Moves(
    files={"src/p/controllers/web.py": "src/p/controllers/g/web.py"},
    folders={"src/p/api/v1": "src/p/api/g/v1"},
    modules={"p.api.v1": "p.api.g.v1", "p.controllers.web": "p.controllers.g.web"},
)


def grouped(root: Path, *options: str) -> Result:
    return codegen(root, "edit", "--multigroup", *options)


# --- one module ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("src/p/x.py", "import p.api.v1.t", "import p.api.g.v1.t"),
        (
            "src/p/x.py",
            "import p.api.v1.t\nx = (p.api.v1.t.Web, p.other)  # why",
            "import p.api.g.v1.t\nx = (p.api.g.v1.t.Web, p.other)  # why",
        ),
        ("src/p/x.py", "import p.api.v1 as v, os", "import p.api.g.v1 as v, os"),
        ("src/p/x.py", "from p.api import v1  # it", "from p.api.g import v1  # it"),
        ("src/p/x.py", "from .api import v1", "from p.api.g import v1"),
        ("src/p/x.py", "from .api.v1.t import W as É", "from p.api.g.v1.t import W as É"),
        (
            "src/p/x.py",
            "from p.api.v1.t import (\n    A,  # a\n    B,\n)",
            "from p.api.g.v1.t import (\n    A,  # a\n    B,\n)",
        ),
        (
            "src/p/x.py",
            "def f():\n\tfrom p.api import v1, v2",
            "def f():\n\tfrom p.api import v2\n\tfrom p.api.g import v1",
        ),
        ("src/p/x.py", "patch('p.controllers.web.Web')", "patch('p.controllers.g.web.Web')"),
        ("src/p/x.py", "a = 'see p.controllers.web'", None),
        ("src/p/x.py", "# p.api.v1\nimport p.api.v10", None),
        ("src/p/api/v1/t.py", "from .u import A\nfrom . import v", None),
        ("src/p/api/v1/t.py", "from ..common import A", "from p.api.common import A"),
        ("src/p/controllers/web.py", "from . import help", "from p.controllers import help"),
        ("src/p/controllers/web.py", "from ..api.v1.t import A", "from p.api.g.v1.t import A"),
        ("tests/x.py", "from p.controllers.web import W", "from p.controllers.g.web import W"),
    ],
)
def test_names_of_modules_that_move_are_changed_where_they_stand(
    path: str, before: str, after: str | None
) -> None:
    for end in ("\n", "\r\n"):
        text = f"\ufeff{before}\n".replace("\n", end)
        expected = f"\ufeff{after or before}\n".replace("\n", end)
        if "\tfrom" in before:
            expected = expected.replace(
                "v2\r\n", "v2\n"
            )  # a statement is split by what ruff writes
        assert renamed(path, text, MOVES) == expected


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "import p.api.v1.t as t",
                "from p.api.v1 import t  # x",
                "from p.controllers.web import (\n    W,\n)",
                "x = p.api.v1",
                "def f(a, b=1): return 'é', a",
                "",
            ]
        )
    )
)
def test_a_module_that_is_renamed_means_the_same_but_for_the_names(parts: list[str]) -> None:
    text = "".join(f"{part}\n" for part in parts)
    after = renamed("src/p/x.py", text, MOVES)
    same = ast.unparse(ast.parse(text)).replace("p.api.v1", "p.api.g.v1")
    same = same.replace("p.controllers.web", "p.controllers.g.web").replace(
        "x = p.api.g", "x = p.api"
    )
    assert ast.unparse(ast.parse(after)) == same
    assert renamed("src/p/x.py", after, MOVES) == after


# --- a project ----------------------------------------------------------------------------------


def test_an_untouched_project_becomes_what_it_would_be_had_it_begun_so(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    (tmp_path / "fresh").mkdir()
    fresh = projects.init(tmp_path / "fresh", "--multigroup")
    for project in (root, fresh):
        for api in (LOAF, OWN):
            assert create(project, api).exit_code == 0
    before = tree(root)
    dry = grouped(root, "--dry-run")
    assert (dry.exit_code, tree(root)) == (0, before)
    assert f"- {SOURCE}/api/v1alpha1/loaf_types.py\n" in dry.output
    assert f"+ {SOURCE}/api/bakery/v1alpha1/loaf_types.py\n" in dry.output
    done = grouped(root)
    assert done.exit_code == 0, done.output
    assert tree(root) == tree(fresh)
    assert grouped(root).output.startswith("nothing to change")
    back = codegen(root, "edit", "--no-multigroup")
    assert back.exit_code == 2
    assert "keeps them: kinds of two groups may have one name" in back.output


def test_what_the_user_wrote_moves_and_is_rewritten_and_stays_otherwise(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, LOAF)
    types, controller = f"{SOURCE}/api/v1alpha1/loaf_types.py", f"{SOURCE}/controllers/"
    edit(root, types, "An example:", "Mine, an example:")
    edit(root, f"{controller}loaf_controller.py", "import logging", "import logging\nimport os")
    main = f"{SOURCE}/__main__.py"
    edit(root, main, "import asyncio\n", "import asyncio\nimport os  # mine\n")
    (root / main).write_text((root / main).read_text() + "\n\nOTHERS = [LoafReconciler]\n")
    own = {
        f"{SOURCE}/api/v1alpha1/sizes.py": "from .loaf_types import Loaf\n\nSIZES = [Loaf]\n",
        f"{SOURCE}/api/v1alpha1/table.json": '{"a": 1}\n',
        f"{SOURCE}/own.py": f"import {PACKAGE}.api.v1alpha1.sizes as sizes\n",
        f"{controller}help.py": "from ..api.v1alpha1.loaf_types import Loaf\n",
        "tests/test_own.py": dedent(
            f"""\
            from unittest import mock

            from {PACKAGE}.controllers.loaf_controller import LoafReconciler

            X = mock.patch("{PACKAGE}.controllers.loaf_controller.log")
            """
        ),
        "docs.md": f"See {SOURCE}/api/v1alpha1/loaf_types.py.\n{controller}loaf_controller.py\n",
    }
    for path, text in own.items():
        (root / path).write_text(text)
    before = tree(root)
    done = grouped(root)
    assert done.exit_code == 0, done.output
    after = {path: content.decode() for path, content in tree(root).items()}
    moved = f"{PACKAGE}.api.bakery.v1alpha1"
    assert after[f"{SOURCE}/api/bakery/v1alpha1/loaf_types.py"] == before[types].decode()
    assert after[f"{SOURCE}/api/bakery/v1alpha1/sizes.py"] == own[f"{SOURCE}/api/v1alpha1/sizes.py"]
    assert after[f"{SOURCE}/api/bakery/v1alpha1/table.json"] == '{"a": 1}\n'
    assert after[f"{SOURCE}/own.py"] == f"import {moved}.sizes as sizes\n"
    assert after[f"{controller}help.py"] == f"from {moved}.loaf_types import Loaf\n"
    assert after["tests/test_own.py"] == own["tests/test_own.py"].replace(
        "controllers.loaf", "controllers.bakery.loaf"
    )
    assert after[main].count("LoafReconciler") == before[main].decode().count("LoafReconciler")
    assert "import os  # mine\n" in after[main]
    assert after["docs.md"] == own["docs.md"]
    assert "docs.md:1:5: warning: this names src/bakery_operator/api/v1alpha1" in done.output
    module = f"{SOURCE}/controllers/bakery/loaf_controller.py"
    assert (
        f"docs.md:2:1: warning: this names {controller}loaf_controller.py, which is {module} n"
        in (done.output)
    )
    assert done.output.count("[moved-name]") == 2
    assert not (root / f"{SOURCE}/api/v1alpha1").exists()
    assert compileall.compile_dir(root / "src", quiet=1)
    command = [sys.executable, "-B", "-c", f"import {PACKAGE}.__main__, {PACKAGE}.own"]
    subprocess.run(command, cwd=root / "src", check=True)
    assert codegen(root, "verify").exit_code == 0
    assert create(root, ("mill", "v1", "Flour", "--resource", "--controller")).exit_code == 0


def test_a_module_that_cannot_be_parsed_is_named_and_nothing_moves(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, LOAF)
    (root / f"{SOURCE}/broken.py").write_text("def broken(:\n")
    before = tree(root)
    done = grouped(root)
    assert done.exit_code == 1
    assert f"{SOURCE}/broken.py:1:1: error: this module cannot be parsed" in done.output
    assert tree(root) == before


def test_a_manager_of_the_cluster_becomes_one_of_its_namespace_and_back(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, LOAF)
    (tmp_path / "fresh").mkdir()
    fresh = projects.init(tmp_path / "fresh", "--namespaced")
    create(fresh, LOAF)
    before = tree(root)
    assert codegen(root, "edit", "--namespaced").exit_code == 0
    assert tree(root) == tree(fresh)
    assert codegen(root, "edit", "--no-namespaced").exit_code == 0
    assert tree(root) == before


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    root = projects.init(tmp_path)
    create(root, ("mill", "v1", "Flour", "--resource", "--controller", "--no-namespaced"))
    refusal = codegen(root, "edit", "--namespaced")
    assert refusal.exit_code == 2
    assert "objects of Flour are in no namespace" in refusal.output
    assert codegen(root, "edit").exit_code == 2
