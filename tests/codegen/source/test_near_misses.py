"""Text that was meant as a tag and is read as none is told."""

from __future__ import annotations

import pytest

from tests.codegen.source.conftest import INIT

HEAD = "from kube.runtime import Object, Struct\n\n"


def warnings(reading) -> list[tuple[str, str, str]]:
    return [
        (str(d.position).partition("types.py:")[2], d.message, d.hint)
        for d in reading.diagnostics
        if d.code == "unread-tag"
    ]


@pytest.mark.parametrize(
    ("line", "name", "hint"),
    [
        ("# + kubebuilder:validation:Minimum=1", "kubebuilder:validation:Minimum",
         "write # +kubebuilder:validation:Minimum=1"),
        ("#+ k8s:maxLength=3", "k8s:maxLength", "write # +k8s:maxLength=3"),
        ("# + optional", "optional", "write # +optional"),
        ("# + default=3", "default", "write # +default=3"),
    ],
)  # fmt: skip
def test_a_blank_after_the_plus_is_told(project, line, name, hint) -> None:
    reading = project(f"{HEAD}class A(Struct):\n    {line}\n    a: int = 0\n")
    column = 5 + line.index("+")
    assert warnings(reading) == [
        (f"4:{column}", f"+{name} is not read as a tag, because a space follows its +", hint)
    ]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("class A(Struct):\n    a: int = 0  # +kubebuilder:validation:Minimum=1\n", "4:19"),
        ("class A(Object):  # +genclient\n    pass\n", "3:21"),
        ('class A(Struct):\n    a: str = "#"  # + k8s:maxLength=3\n', "4:21"),
    ],
)
def test_a_tag_behind_code_is_told(project, source, place) -> None:
    [(found, message, hint)] = warnings(project(HEAD + source))
    assert found == place
    assert message.endswith("is not read as a tag, because it follows code")
    assert hint == "put it on a line of its own, directly above the declaration"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('class A(Object):\n    """A thing.\n\n    +genclient\n    """\n', "6:5"),
        ('class A(Object):\n    """+genclient"""\n', "4:8"),
        ('class A(Struct):\n    a: int = 0\n    """# +k8s:minimum=1"""\n', "5:10"),
        ("x: int = 1\n'''\n+kubebuilder:rbac:groups=apps\n'''\n", "5:1"),
    ],
)
def test_a_tag_in_a_docstring_is_told(project, source, place) -> None:
    [(found, message, _)] = warnings(project(HEAD + source))
    assert found == place
    assert message.endswith("is not read as a tag, because it is in a string")


@pytest.mark.parametrize(
    "source",
    [
        "class A(Struct):\n    # + optional extras are installed\n    a: int = 0\n",
        "class A(Struct):\n    # 1 + 2\n    a: int = 0  # + 1\n",
        'class A(Struct):\n    a: str = "# + genclient"\n',
        'class A(Struct):\n    """One\n    + two and\n    + default values\n    """\n',
        "# + foo:bar\nclass A(Struct):\n    a: int = 0  # +foo:bar=1\n",
        "# +k8s:deepcopy-gen=false\nclass A(Struct):\n    # +optional\n    a: int = 0\n",
    ],
)
def test_prose_and_tags_of_others_are_left_alone(project, source) -> None:
    assert warnings(project(HEAD + source)) == []


def test_the_packages_own_module_is_looked_at_too(project) -> None:
    init = INIT.replace('"""An', '# + groupGoName=X\n"""An')
    reading = project("", files={"api/v1/__init__.py": init})
    assert [d.position.line for d in reading.diagnostics if d.code == "unread-tag"] == [3]
