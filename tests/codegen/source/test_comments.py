"""Which tags and which words belong to what."""

from __future__ import annotations

import pytest

IMPORTS = "from kube.runtime import Object, Struct\n"


def tags_of(reading, name: str) -> list[str]:
    return [tag.text for tag in reading.struct(name).tags]


@pytest.mark.parametrize(
    "above",
    [
        "# +genclient\n",
        "# +genclient\n\n",
        "# +genclient\n\n\n",
        "# +genclient\n@decorated\n",
        "# +genclient\n\n# What it is.\n",
        "# +genclient\n\n\n# What it is.\n@decorated\n",
        "x = 1  # not a block\n# +genclient\n\n",
    ],
)
def test_a_types_tags_stand_directly_above_or_in_the_block_before(project, above) -> None:
    reading = project(f"{IMPORTS}\n\n\n{above}class Thing(Object): pass\n")
    assert reading.faults == []
    assert tags_of(reading, "Thing") == ["+genclient"]


def test_both_blocks_count_in_the_order_of_their_lines(project) -> None:
    reading = project(
        f"{IMPORTS}\n# +genclient\n# +genclient:noStatus\n\n"
        "# A thing.\n# +genclient:nonNamespaced\n"
        "class Thing(Object): pass\n"
    )
    assert tags_of(reading, "Thing") == [
        "+genclient",
        "+genclient:noStatus",
        "+genclient:nonNamespaced",
    ]
    assert reading.struct("Thing").doc == "A thing."


def test_a_third_block_belongs_to_nobody(project) -> None:
    reading = project(
        f"{IMPORTS}\n# +kubebuilder:rbac:groups=apps,resources=pods,verbs=get\n\n"
        "# +genclient\n\n# A thing.\nclass Thing(Object): pass\n"
    )
    assert tags_of(reading, "Thing") == ["+genclient"]
    assert [tag.tag_name for tag in reading.package.loose_tags] == ["kubebuilder:rbac"]


def test_a_tag_has_the_position_of_its_text(project) -> None:
    reading = project(f"{IMPORTS}\n\n#   +genclient\nclass Thing(Object): pass\n")
    [tag] = reading.struct("Thing").tags
    assert str(tag.position) == "api/v1/types.py:4:5"


def test_a_class_does_not_take_the_tags_of_what_stands_before_it(project) -> None:
    reading = project(
        f"{IMPORTS}# +genclient\nclass A(Object):\n    x: int = 0\n    # trailing words\n\n"
        'class B(Object):\n    """+genclient"""\n'
    )
    assert tags_of(reading, "A") == ["+genclient"]
    assert tags_of(reading, "B") == []
    assert reading.struct("B").doc == "+genclient"


def test_strings_that_look_like_tags_are_none(project) -> None:
    reading = project(
        f"{IMPORTS}TEXT = '''\n# +genclient\n'''\n"
        "class A(Object):\n    '''Doc.\n    # +genclient\n    '''\n"
        "    x: str = '''\n# +kubebuilder:validation:MaxLength=x\n'''\n    y: int = 0\n"
    )
    assert reading.codes == ["unread-tag"]  # of the docstring, where one may have been meant
    assert tags_of(reading, "A") == []


def test_fields_have_the_block_directly_above(project) -> None:
    reading = project(
        IMPORTS
        + """
class Thing(Struct):
    # The name.
    # +kubebuilder:validation:MaxLength=3
    name: str = ""
    size: int = 0
    '''How big.'''

    # One line,
    #   and an indented one.
    # TODO(me): say more
    # ---
    # For maintainers only.
    # +optional
    other: str = ""
"""
    )
    assert reading.faults == []
    name, size, other = reading.struct("Thing").fields
    assert ([t.tag_name for t in name.tags], name.doc) == (
        ["kubebuilder:validation:MaxLength"],
        "The name.",
    )
    assert (len(size.tags), size.doc) == (0, "How big.")
    assert ([t.tag_name for t in other.tags], other.doc) == (
        ["optional"],
        "One line,\n  and an indented one.",
    )


def test_a_block_of_tags_alone_leaves_the_word_to_the_docstring(project) -> None:
    reading = project(
        f"{IMPORTS}\n# +genclient\n# noqa: E501\n# TODO: words\nclass Thing(Object):\n"
        '    """A thing.\n\n    With detail.\n    TODO: more\n    ---\n    Hidden.\n    """\n'
    )
    assert reading.struct("Thing").doc == "A thing.\n\nWith detail."


def test_package_tags_stand_above_the_docstring(project) -> None:
    reading = project(
        files={
            "api/v1/__init__.py": "# Copyright.\n\n# +k8s:deepcopy-gen=package\n\n"
            '# +groupName=example.com\n"""The API."""\n\nfrom api.v1 import types\n'
        }
    )
    assert [t.tag_name for t in reading.package.tags] == ["k8s:deepcopy-gen", "groupName"]
    assert reading.package.doc == "The API."


def test_package_tags_may_stand_in_doc_py(project) -> None:
    reading = project(
        files={
            "api/v1/__init__.py": '"""Exports."""\n',
            "api/v1/doc.py": '# +groupName=example.com\n"""The API."""\n',
        }
    )
    assert reading.package.group == "example.com"


def test_package_tags_without_a_docstring_do_not_take_the_first_class_s(project) -> None:
    reading = project(
        files={
            "api/v1/__init__.py": "# +groupName=example.com\n\n\n\n"
            "# +k8s:deepcopy-gen=true\nclass A: pass\n"
        }
    )
    assert [t.tag_name for t in reading.package.tags] == ["groupName"]
    assert reading.codes == ["not-an-api-type"]


def test_markers_on_functions_and_methods_are_kept_with_them(project) -> None:
    reading = project(
        IMPORTS
        + """
# +k8s:conversion-fn=drop
def convert(): ...

class Reconciler:
    # +kubebuilder:rbac:groups=apps,resources=pods,verbs=get
    async def reconcile(self): ...

# +kubebuilder:rbac:groups=apps,resources=jobs,verbs=get

x = 1
"""
    )
    assert reading.codes == ["no-effect"]  # of +k8s:conversion-fn
    assert [(f.name.name, f.tags.items[0].tag_name) for f in reading.package.functions] == [
        ("convert", "k8s:conversion-fn"),
        ("Reconciler.reconcile", "kubebuilder:rbac"),
    ]
    assert len(reading.package.loose_tags) == 1


def test_notes_tell_of_a_projects_own_files_alone(project) -> None:
    reading = project(
        f"{IMPORTS}from api.shared import Limits\nfrom kube.api.core.v1 import PodSpec\n\n\n"
        "class Thing(Object):\n    spec: PodSpec\n    limits: Limits\n",
        files={
            "api/shared.py": "from kube.runtime import Struct\n\n\nclass Limits(Struct):\n"
            "    # +patchStrategy=merge\n    names: list[str]\n",
            "api/__init__.py": "",
        },
    )
    assert [(d.position.path, d.code) for d in reading.diagnostics] == [
        ("api/shared.py", "no-effect")
    ]


@pytest.mark.parametrize(
    "body",
    [
        "    # +optional\n\n    x: int = 0\n",
        "    x: int = 0\n    # +optional\n",
        "    x: int = 0\n    # +optional\n\n    def f(self): ...\n",
    ],
)
def test_a_tag_that_belongs_to_no_field_is_warned_of(project, body) -> None:
    reading = project(f"{IMPORTS}class Thing(Struct):\n{body}\n\nclass Other(Struct): pass\n")
    [warning] = reading.diagnostics
    assert (warning.code, warning.severity.value) == ("stray-tag", "warning")
    assert "+optional belongs to no field" in warning.message


# --- documentation ----------------------------------------------------------------------------


def doc_of(project, comment: str) -> str:
    lines = "".join(f"    {line}\n" for line in comment.split("\n"))
    return project(f"{IMPORTS}class Thing(Struct):\n{lines}    x: int = 0\n").field("Thing.x").doc


@pytest.mark.parametrize(
    "prose",
    [
        "type: which type it is",
        "  fmt: how it is formatted",
        "noqa is a word as well",
        "region of the cloud",
        "ruff: the cloth",
        "isort: a sort of i",
    ],
)
def test_prose_may_begin_with_the_word_of_a_tool(project, prose) -> None:
    assert doc_of(project, f"# {prose}\n# More.") == f"{prose}\nMore."


@pytest.mark.parametrize(
    "pragma",
    [
        "noqa",
        "noqa: E501, F401",
        "type: ignore[misc]",
        "fmt: off",
        "fmt: skip",
        "isort: split",
        "ruff: noqa: E501",
        "pyright: ignore",
        "pylint: disable=line-too-long",
        "mypy: ignore-errors",
        "endregion",
    ],
)
def test_a_line_that_speaks_to_a_tool_is_not_documentation(project, pragma) -> None:
    assert doc_of(project, f"# {pragma}\n# Words.") == "Words."


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_what_would_end_documentation_is_kept_inside_a_code_fence(project, fence) -> None:
    code = f"{fence}yaml\n---\nTODO: in code\n{fence}"
    comment = "\n".join(f"# {line}" for line in f"See:\n{code}\n----\nHidden.".split("\n"))
    assert doc_of(project, comment) == f"See:\n{code}"


@pytest.mark.parametrize(
    ("comment", "doc"),
    [
        ("# A.\n#\n#\n#\n# B.", "A.\n\nB."),
        ("#\n# A.\n#", "A."),
        ("# A.\n#  TODO: indented", "A.\n TODO: indented"),
        ("# A.\n# TODOs\n# B.", "A.\nB."),
        ("# A.\n# ----\n# B.", "A."),
        ("#   - indented\n#   - list", "  - indented\n  - list"),
    ],
)
def test_blank_lines_todos_and_rulers_are_as_upstream_reads_them(project, comment, doc) -> None:
    assert doc_of(project, comment) == doc


@pytest.mark.parametrize(
    "statement", ["LIMIT: ClassVar[int] = 3", "OTHER = 3", "pass", '"""A text."""']
)
def test_a_tag_above_what_is_not_a_field_is_warned_of(project, statement) -> None:
    reading = project(
        f"from typing import ClassVar\n{IMPORTS}class Thing(Struct):\n"
        f"    x: int = 0\n    # +optional\n    {statement}\n"
    )
    assert reading.codes == ["stray-tag"]


def test_a_tag_above_a_member_of_an_enum_is_warned_of(project) -> None:
    reading = project(
        "from kube.runtime import OpenEnum\nclass E(OpenEnum):\n    # +optional\n    A = 'a'\n"
    )
    assert reading.codes == ["stray-tag"]
