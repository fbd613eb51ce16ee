"""Fragments in users' files: where they go, how they are found again, and what stays as it was."""

from __future__ import annotations

import ast
import itertools
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.scaffold.insertion import Fragment, Surroundings, insert, missing, remove

MAIN = "src/demo/__main__.py"
LIST = "config/crd/kustomization.yaml"
TOML = "pyproject.toml"
OWN = frozenset({"demo"})

MODULE = '''\
"""The manager."""

from __future__ import annotations

import asyncio

from kube.controller import Manager

# +kubebuilder:scaffold:imports


def add_controllers(manager: Manager) -> None:
    """Have the manager run the controllers of this program."""
    # +kubebuilder:scaffold:builder


asyncio.run(add_controllers(Manager()))
'''
KUSTOMIZATION = """\
resources: []
# +kubebuilder:scaffold:crdkustomizeresource

patches:
  # Ours.
  - path: patches/first.yaml  # keep
    target: {kind: CustomResourceDefinition}
  # +kubebuilder:scaffold:crdkustomizewebhookpatch
---
kind: Second
text: |
  resources:
  # +kubebuilder:scaffold:crdkustomizeresource
"""
PYPROJECT = """\
[tool.codegen]
input = [
    "src/demo/controllers", # first
    # +kubebuilder:scaffold:input
]
header-file = "hack/boilerplate.py.txt"
"""


def controller(name: str) -> list[Fragment]:
    kind = name.capitalize()
    module = f"demo.controllers.{name}_controller"
    return [
        Fragment("imports", f"from {module} import {kind}Reconciler"),
        Fragment("builder", f"{kind}Reconciler(manager.client).setup_with_manager(manager)"),
    ]


def crd(name: str) -> Fragment:
    return Fragment("crdkustomizeresource", f"- bases/{name}.yaml")


def patch(name: str) -> Fragment:
    text = f"- path: patches/{name}.yaml\n  target:\n    kind: CustomResourceDefinition"
    return Fragment("crdkustomizewebhookpatch", text)


def folder(version: str) -> Fragment:
    return Fragment("input", f'"src/demo/api/{version}",')


def path_of(fragment: Fragment) -> str:
    if fragment.marker == "input":
        return TOML
    return LIST if fragment.marker.startswith("crd") else MAIN


def inserted(
    text: str, fragments: Iterable[Fragment], pristine: str | None = None, **more: Any
) -> str:
    diagnostics = Diagnostics()
    listed = [*fragments]
    around = Surroundings(frozenset(more.get("siblings", ())), pristine, packages=OWN)
    after = insert(path_of(listed[0]), text, listed, diagnostics, around)
    assert after is not None, [*diagnostics]
    return after


def removed(text: str, fragments: Iterable[Fragment], **more: Any) -> str:
    diagnostics = Diagnostics()
    listed = [*fragments]
    around = Surroundings(frozenset(), bare=more.get("bare"), packages=OWN)
    after = remove(path_of(listed[0]), text, listed, diagnostics, around)
    assert after is not None, [*diagnostics]
    return after


def refused(text: str, fragments: Iterable[Fragment], pristine: str | None = None) -> str:
    diagnostics = Diagnostics()
    listed = [*fragments]
    assert (
        insert(path_of(listed[0]), text, listed, diagnostics, Surroundings(pristine=pristine))
        is None
    )
    (fault,) = diagnostics
    position = fault.position
    return f"{position.path}:{position.line}: {fault.message} ({fault.code}): {fault.hint}"


# --- Python -------------------------------------------------------------------------------------


def test_imports_are_where_isort_has_them_and_calls_above_the_marker() -> None:
    text = inserted(MODULE, [*controller("web"), *controller("app")])
    assert text == MODULE.replace(
        "# +kubebuilder:scaffold:imports",
        "from demo.controllers.app_controller import AppReconciler\n"
        "from demo.controllers.web_controller import WebReconciler\n\n"
        "# +kubebuilder:scaffold:imports",
    ).replace(
        "    # +kubebuilder:scaffold:builder",
        "    AppReconciler(manager.client).setup_with_manager(manager)\n"
        "    WebReconciler(manager.client).setup_with_manager(manager)\n"
        "    # +kubebuilder:scaffold:builder",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import WebReconciler\n", "import WebReconciler as Reconciler\n"),
        (
            "from demo.controllers.web_controller import W",
            "from .controllers.web_controller import W",
        ),
        ("WebReconciler(manager.client).", "WebReconciler(\n        manager.client,\n    )."),
    ],
)
def test_what_is_there_in_another_form_is_found(before: str, after: str) -> None:
    fragments = controller("web")
    edited = inserted(MODULE, fragments).replace(before, after)
    if "as Reconciler" in after:
        edited = edited.replace("WebReconciler(", "Reconciler(")
    assert inserted(edited, fragments) == edited
    assert missing(MAIN, edited, fragments) == []
    assert removed(edited, fragments) == MODULE


def test_a_call_that_is_inserted_uses_the_name_that_the_user_imports() -> None:
    edited = MODULE.replace(
        "# +kubebuilder:scaffold:imports",
        "from demo.controllers.web_controller import WebReconciler as Own\n\n"
        "# +kubebuilder:scaffold:imports",
    )
    text = inserted(edited, controller("web"))
    assert "    Own(manager.client).setup_with_manager(manager)\n" in text
    assert text.count("import WebReconciler") == 1


def test_names_of_one_module_share_a_statement() -> None:
    text = "from demo.api import (\n    A,  # first\n    C,\n)\n\nx = A, C\n"
    fragment = Fragment("imports", "from demo.api import B")
    with_b = "from demo.api import (\n    A,  # first\n    B,\n    C,\n)\n\nx = A, C\n"
    assert inserted(text, [fragment]) == with_b
    assert removed(with_b, [fragment]) == text
    assert inserted("from demo.api import C\n", [fragment]) == "from demo.api import B, C\n"


def test_a_name_that_has_another_meaning_is_not_imported_over_it() -> None:
    edited = MODULE + "\n\nclass WebReconciler: ...\n"
    assert "`WebReconciler` has another meaning (taken-name)" in refused(edited, controller("web"))


def test_a_user_line_below_the_last_call_stays_above_new_ones() -> None:
    edited = inserted(MODULE, controller("web")).replace(
        "    # +kubebuilder:scaffold:builder",
        "    extra(manager)  # mine\n    # +kubebuilder:scaffold:builder",
    )
    text = inserted(edited, controller("app"), siblings=controller("web"))
    calls = [line.strip() for line in text.splitlines() if "(manager" in line and "def" not in line]
    assert calls[1:3] == ["extra(manager)  # mine", calls[2]]
    assert calls[2].startswith("AppReconciler")


def test_a_lost_marker_is_put_back_between_its_neighbours() -> None:
    pristine = inserted(MODULE, controller("web"))
    lost = "".join(
        line for line in pristine.splitlines(keepends=True) if "+kubebuilder:scaffold" not in line
    )
    edited = lost.replace('"""The manager."""', '"""Mine."""\n\nimport os')
    after = inserted(edited, controller("app"), pristine, siblings=controller("web"))
    whole = inserted(pristine, controller("app"), siblings=controller("web"))
    assert "    # +kubebuilder:scaffold:builder\n" in after
    assert "# +kubebuilder:scaffold:imports\n" in after
    calls = [line for line in whole.splitlines() if "setup_with_manager" in line]
    assert [line for line in after.splitlines() if "setup_with_manager" in line] == calls


def test_a_marker_whose_place_is_not_certain_is_reported_with_the_text_to_insert() -> None:
    pristine = inserted(MODULE, controller("web"))
    lost = pristine.replace(
        "    # +kubebuilder:scaffold:builder", "    another(manager)\n    third(manager)"
    )
    message = refused(lost, controller("app"), pristine)
    assert message.startswith(f"{MAIN}:17: ")
    assert "no `# +kubebuilder:scaffold:builder` any more" in message
    assert "(lost-marker)" in message
    assert "`AppReconciler(manager.client).setup_with_manager(manager)`" in message


def test_a_marker_in_a_string_is_not_a_marker_and_two_are_refused() -> None:
    in_string = MODULE.replace('"""Have', '"""\n    # +kubebuilder:scaffold:builder\n    Have')
    text = inserted(in_string, controller("web"))
    assert text.count("setup_with_manager") == 1
    assert "client).setup_with_manager(manager)\n    # +kubebuilder" in text
    twice = MODULE.replace(
        "    # +kubebuilder:scaffold:builder\n", "    # +kubebuilder:scaffold:builder\n" * 2
    )
    assert "is already on line 15" in refused(twice, controller("web"))


def test_a_marker_where_no_statement_can_stand_is_reported() -> None:
    text = "def add(manager):\n    x = [\n        # +kubebuilder:scaffold:builder\n    ]\n"
    message = refused(text, [Fragment("builder", "if manager:\n    call()")])
    assert message.startswith(f"{MAIN}:3: `# +kubebuilder:scaffold:builder` stands where no statem")


def test_an_import_that_shares_its_line_leaves_the_rest() -> None:
    fragment = Fragment("imports", "from demo.api import B")
    assert removed("import os; from demo.api import B; x = 1\n", [fragment]) == (
        "import os; pass; x = 1\n"
    )


def test_a_module_with_a_syntax_error_is_reported_where_it_is() -> None:
    assert refused("def broken(:\n", controller("web")).startswith(f"{MAIN}:1: syntax error")


def test_a_body_that_is_emptied_keeps_a_statement() -> None:
    text = "def add(manager):\n    call(manager)\n    # +kubebuilder:scaffold:builder\n"
    after = removed(text, [Fragment("builder", "call(manager)")])
    assert after == "def add(manager):\n    pass\n    # +kubebuilder:scaffold:builder\n"


# --- YAML and TOML ------------------------------------------------------------------------------


def test_items_stand_in_the_list_of_their_marker_at_its_indentation() -> None:
    text = inserted(KUSTOMIZATION, [crd("b"), crd("a"), patch("second")])
    assert text == KUSTOMIZATION.replace(
        "resources: []\n", "resources:\n- bases/a.yaml\n- bases/b.yaml\n", 1
    ).replace(
        "  # +kubebuilder:scaffold:crdkustomizewebhookpatch",
        "  - path: patches/second.yaml\n    target:\n      kind: CustomResourceDefinition\n"
        "  # +kubebuilder:scaffold:crdkustomizewebhookpatch",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- bases/a.yaml", '- "bases/a.yaml" # mine'),
        ("- bases/a.yaml", "- &first bases/a.yaml"),
        (
            "      kind: CustomResourceDefinition",
            "      'kind': >-\n        CustomResourceDefinition",
        ),
        (
            "  - path: patches/second.yaml\n    target:\n      kind: CustomResourceDefinition\n",
            "  - {target: {kind: CustomResourceDefinition}, path: patches/second.yaml}\n",
        ),
        ("resources:\n- bases/a.yaml\n", "resources: [bases/a.yaml]\n"),
    ],
)
def test_an_item_in_another_form_is_found(before: str, after: str) -> None:
    fragments = [crd("a"), patch("second")]
    text = inserted(KUSTOMIZATION, fragments).replace(before, after, 1)
    assert inserted(text, fragments) == text
    assert yaml.safe_load_all(removed(text, fragments))
    assert missing(LIST, removed(text, fragments), fragments) == fragments


def test_an_alias_is_found_as_what_it_stands_for() -> None:
    text = (
        "names:\n- &a bases/a.yaml\nresources:\n- *a\n- other.yaml\n"
        "# +kubebuilder:scaffold:crdkustomizeresource\n"
    )
    assert inserted(text, [crd("a")]) == text
    assert removed(text, [crd("a")]) == text.replace("- *a\n", "")


def test_aliases_in_brackets_stay_and_go_where_they_stand() -> None:
    marker = "# +kubebuilder:scaffold:crdkustomizeresource\n"
    text = f"names: [&a bases/a.yaml, &b b]\nresources: [*b, *a, c]\n{marker}"
    assert inserted(text, [crd("a")]) == text
    assert removed(text, [crd("a")]) == text.replace("*b, *a, c", "*b, c")
    last = text.replace("*a, c", "*a")
    assert inserted(last, [crd("z")]) == last.replace("*a]", "*a, bases/z.yaml]")


def test_an_item_that_others_refer_to_is_not_removed() -> None:
    text = (
        "resources:\n- &a bases/a.yaml\n- b\n# +kubebuilder:scaffold:crdkustomizeresource\n"
        "names:\n- *a\n"
    )
    diagnostics = Diagnostics()
    assert remove(LIST, text, [crd("a")], diagnostics) is None
    assert [d.code for d in diagnostics] == ["scaffold-edited"]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("resources: [x]", "resources: [x, bases/a.yaml]"),
        ("resources: [\n  x,\n  y,\n]", "resources: [\n  x,\n  y, bases/a.yaml,\n]"),
        ("resources:", "resources:\n- bases/a.yaml"),
        ("resources: []  # none", "resources:  # none\n- bases/a.yaml"),
        ("resources:\n    - x\n    # end", "resources:\n    - x\n    # end\n    - bases/a.yaml"),
    ],
)
def test_a_list_keeps_its_form(listed: str, expected: str) -> None:
    marker = "\n# +kubebuilder:scaffold:crdkustomizeresource\nnext: 1\n"
    assert inserted(listed + marker, [crd("a")]) == expected + marker


def test_a_list_without_items_is_empty_or_absent_as_the_scaffold_has_it() -> None:
    marker = "# +kubebuilder:scaffold:crdkustomizeresource\n"
    absent, empty = f"resources:\n{marker}", f"resources: []\n{marker}"
    for bare in (absent, empty):
        text = inserted(bare, [crd("a")])
        assert text == f"resources:\n- bases/a.yaml\n{marker}"
        assert removed(text, [crd("a")], bare=bare) == bare
    assert removed(inserted(absent, [crd("a")]), [crd("a")]) == empty


def test_a_mapping_in_brackets_is_written_in_brackets() -> None:
    text = "patches: [{path: a}]\n# +kubebuilder:scaffold:crdkustomizewebhookpatch\n"
    after = inserted(text, [patch("x")])
    target = "{kind: CustomResourceDefinition}"
    added = f"{{path: patches/x.yaml, target: {target}}}"
    assert after == text.replace("a}]", f"a}}, {added}]")


def test_a_lost_marker_of_a_list_is_put_back_in_the_list_of_its_key() -> None:
    pristine = inserted(KUSTOMIZATION, [crd("a")])
    edited = pristine.replace(
        "- bases/a.yaml\n# +kubebuilder:scaffold:crdkustomizeresource\n",
        "    - mine.yaml\n    - bases/a.yaml\n",
    )
    after = inserted(edited, [crd("b")], pristine, siblings=[crd("a")])
    assert after.startswith(
        "resources:\n    - mine.yaml\n    - bases/a.yaml\n    - bases/b.yaml\n"
        "    # +kubebuilder:scaffold:crdkustomizeresource\n"
    )
    gone = "patches: []\n"
    message = refused(gone, [crd("b")], pristine)
    assert "no `# +kubebuilder:scaffold:crdkustomizeresource` any more" in message
    assert "`- bases/b.yaml`" in message


def test_a_file_that_is_not_yaml_is_reported_where_it_is_not() -> None:
    assert refused("a: 1\nb: [\n", [crd("a")]).startswith(f"{LIST}:3: this is not YAML")
    assert refused("a = 1\nb = [\n", [folder("v1")]).startswith(f"{TOML}:")


def test_an_array_of_toml_is_edited_in_place() -> None:
    text = inserted(PYPROJECT, [folder("v2"), folder("v1")])
    assert tomllib.loads(text)["tool"]["codegen"]["input"] == [
        "src/demo/controllers", "src/demo/api/v1", "src/demo/api/v2"
    ]  # fmt: skip
    assert removed(text, [folder("v1"), folder("v2")]) == PYPROJECT
    single = inserted(text.replace('"src/demo/api/v1"', "'src/demo/api/v1'"), [folder("v1")])
    assert "\n    'src/demo/api/v1',\n" in single
    flat = '[tool.codegen]\ninput = ["src/demo/controllers"]\n'
    assert inserted(flat, [folder("v1")], text) == flat.replace(
        'controllers"]', 'controllers", "src/demo/api/v1"]'
    )
    open_end = PYPROJECT.replace('controllers", # first\n', 'controllers" # first\n')
    assert tomllib.loads(inserted(open_end, [folder("v1")]))


# --- whatever the user has made of a file -------------------------------------------------------

NAMES = st.lists(st.sampled_from(["app", "web", "v1", "v10", "v2", "zoo"]), unique=True, min_size=1)
ENDS = st.sampled_from(["\n", "\r\n"])
IMPORTS = st.lists(
    st.sampled_from(
        [
            "import os",
            "import sys  # mine",
            "import yaml",
            "from kube.api.core.v1 import Pod",
            "from demo.api import v1beta1",
            "from demo.controllers.user import (\n    A,  # a\n    B,\n)",
            "from demo.zebra import stripes as s, spots",
        ]
    ),
    unique=True,
)
BODIES = st.lists(
    st.sampled_from(
        ["one(manager)", "# a comment", "", "if manager:\n        two()", 'x = """\n  y\n"""']
    ),
    max_size=4,
)


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module with both markers, as a user may have made it."""
    head = draw(st.sampled_from(["", '"""Doc."""\n\n', "# license\n\n", "#!/bin/python\n"]))
    first, last = draw(BODIES), draw(BODIES)
    imports = draw(IMPORTS)
    above = "".join(f"{line}\n" for line in imports)
    marker = ("\n" if imports else "") + "# +kubebuilder:scaffold:imports\n"
    body = "".join(f"    {line}\n" if line else "\n" for line in first)
    rest = "".join(f"    {line}\n" if line else "\n" for line in last)
    text = (
        f"{head}{above}{marker}\n\ndef add(manager):\n    é = 'ü'\n{body}"
        f"    # +kubebuilder:scaffold:builder\n{rest}"
    )
    if draw(st.booleans()):
        text = text.replace("    ", "\t") if "\n  y\n" not in text else text
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    bom = draw(st.sampled_from(["", "\ufeff"]))
    return bom + text.replace("\n", draw(ENDS))


@st.composite
def kustomizations(draw: st.DrawFn) -> str:
    items = draw(
        st.lists(st.sampled_from(["- x.yaml", "- 'y'  # why", "- a: 1\n  b: [2]", "- |\n  text"]))
    )
    indent = draw(st.sampled_from(["", "  "]))
    rows = "\n".join(items).split("\n") if items else []
    body = "".join(f"{indent}{row}\n" for row in rows)
    between = draw(st.sampled_from(["", "\n", "# note\n"])) if items else ""
    head = "resources:\n" if items else "resources: []\n"
    tail = draw(st.sampled_from(["", "after: {z: 1}\n", "---\nresources:\n- other\n"]))
    text = (
        f"# head\nbefore: &b [1]\n{head}{body}{between}{indent}"
        f"# +kubebuilder:scaffold:crdkustomizeresource\n{tail}"
    )
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", draw(ENDS))


@settings(deadline=None, max_examples=30)
@given(modules(), NAMES)
def test_removing_what_was_inserted_in_a_module_gives_the_text_of_before(
    text: str, names: list[str]
) -> None:
    fragments = [fragment for name in names for fragment in controller(name)]
    after = inserted(text, fragments)
    assert removed(after, fragments) == text
    assert inserted(after, fragments) == after
    rest = ast.parse(text.removeprefix("\ufeff")).body
    now = [*map(ast.dump, ast.parse(after.removeprefix("\ufeff")).body)]
    kept = [node for node in rest if not isinstance(node, ast.FunctionDef)]
    assert [dumped for dumped in now if dumped in map(ast.dump, kept)] == [*map(ast.dump, kept)]


@settings(deadline=None, max_examples=20)
@given(modules(), NAMES, st.randoms(use_true_random=False))
def test_fragments_of_a_module_go_in_in_any_order(text: str, names: list[str], rng: Any) -> None:
    fragments = [fragment for name in names for fragment in controller(name)]
    together = inserted(text, fragments)
    shuffled = [*names]
    rng.shuffle(shuffled)
    one_by_one = text
    for name in shuffled:
        one_by_one = inserted(one_by_one, controller(name), siblings=fragments)
    assert one_by_one == together


@settings(deadline=None, max_examples=40)
@given(kustomizations(), NAMES, st.randoms(use_true_random=False))
def test_items_of_a_list_go_in_in_any_order_and_out_again(
    text: str, names: list[str], rng: Any
) -> None:
    fragments = [crd(name) for name in names]
    together = inserted(text, fragments)
    shuffled = [*fragments]
    rng.shuffle(shuffled)
    one_by_one = text
    for fragment in shuffled:
        one_by_one = inserted(one_by_one, [fragment], siblings=fragments)
    assert one_by_one == together
    assert removed(together, fragments) == text
    before, after = ([*yaml.safe_load_all(t)] for t in (text, together))
    wanted = [f"bases/{name}.yaml" for name in names]
    assert sorted(map(str, after[0]["resources"])) == sorted(
        map(str, [*(before[0]["resources"] or []), *wanted])
    )
    assert after[1:] == before[1:]


def test_imports_are_inserted_where_ruff_would_have_them(tmp_path: Path) -> None:
    """One run of ruff over many modules: for each set of imports, ours in between."""
    known = ["import os", "import yaml", "from demo.app import b", "from kube.client import Client"]
    modules = []
    for count in range(len(known) + 1):
        for chosen in itertools.combinations(known, count):
            sections = [
                "\n".join(line for line in chosen if line in part)
                for part in (known[:1], [known[1], known[3]], [known[2]])
            ]
            head = "\n\n".join(filter(None, sections))
            text = f'"""Doc."""\n\n{head}\n\n' if head else '"""Doc."""\n\n'
            text += "# +kubebuilder:scaffold:imports\n\nx = 1\n"
            fragments = [f for name in ("v10", "v2", "app") for f in controller(name)[:1]]
            modules.append(inserted(text, fragments))
    script = ["-m", "ruff", "check", "--isolated", "--select=I", "--stdin-filename=x.py", "--diff"]
    config = ["--config", 'lint.isort.known-first-party = ["demo"]', "-"]
    wrapped = "".join(
        f"def case_{n}():\n"
        + "".join(f"    {row}\n" if row else "\n" for row in m.split("\n")[:-1])
        for n, m in enumerate(modules)
    )
    run = subprocess.run(
        [sys.executable, *script, *config],
        input=wrapped,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_fragment_is_parsed_as_it_reads() -> None:
    text = dedent(
        """\
        def add(manager):
        \tfirst()
        \t# +kubebuilder:scaffold:builder
        """
    )
    fragment = Fragment("builder", "if manager:\n    second()")
    after = inserted(text, [fragment])
    assert "\tif manager:\n\t    second()\n\t# +kube" in after
    ast.parse(after)
    assert removed(after, [fragment]) == text
