"""PROJECT: what is read is printed again, whoever wrote it."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.scaffold import project
from codegen.scaffold.project import Project, Resource

GO_PROJECT = Path(__file__).parent / "kubebuilder" / "PROJECT"

WORDS = st.text("abcxyz-09", min_size=1, max_size=8)
FLAGS = st.booleans()
# What other tools may have written beside: of any shape.
OTHERS = st.dictionaries(
    WORDS.map("x-{}".format),
    st.recursive(WORDS | FLAGS | st.integers(), lambda inner: st.lists(inner, max_size=2)),
    max_size=2,
)
RESOURCES = st.builds(
    Resource,
    group=WORDS,
    version=WORDS,
    kind=WORDS,
    domain=WORDS,
    path=WORDS,
    has_api=st.just(True),
    namespaced=FLAGS,
    has_controller=FLAGS,
    is_core=FLAGS,
    is_external=FLAGS,
    module=WORDS,
    other=OTHERS,
    other_of_api=OTHERS,
)
PROJECTS = st.builds(
    Project,
    name=WORDS,
    package=WORDS,
    domain=WORDS,
    multigroup=FLAGS,
    namespaced=FLAGS,
    resources=st.lists(RESOURCES, max_size=3).map(tuple),
    other=OTHERS,
)


def read(text: str) -> Project:
    diagnostics = Diagnostics()
    made = project.read(text, project.NAME, diagnostics)
    assert made is not None, [*diagnostics]
    return made


@given(PROJECTS)
def test_what_is_printed_is_read_as_it_was(made: Project) -> None:
    text = project.printed(made)
    again = project.printed(read(text))
    assert again == text
    assert yaml.safe_load(text) == yaml.safe_load(again)
    assert len(read(text).resources) == len(made.resources)


def test_what_other_tools_wrote_is_kept() -> None:
    text = GO_PROJECT.read_text()
    assert yaml.safe_load(project.printed(read(text))) == yaml.safe_load(text)


def test_a_license_stands_where_kubebuilders_readers_take_it() -> None:
    made = Project(name="a", package="a", domain="b.c", license="apache2", owner="Somebody")
    tree = yaml.safe_load(project.printed(made))
    own = {"license": "apache2", "owner": "Somebody"}
    assert tree["plugins"] == {"python.kube-codegen/v1": own}
    assert (read(project.printed(made)).license, read(project.printed(made)).owner) == (
        ("apache2", "Somebody")
    )


def test_keys_are_in_order_and_what_is_false_is_left_out() -> None:
    made = Project(name="a", package="a", domain="b.c", resources=())
    lines = [line for line in project.printed(made).splitlines() if line[:1].isalpha()]
    assert lines == sorted(lines)
    assert "multigroup" not in project.printed(made)
    assert project.printed(made).endswith('version: "3"\n')
