from __future__ import annotations

from pathlib import Path

import pytest

from codegen import config
from codegen.diagnostics import Diagnostics
from codegen.generators import clientset, deepcopy, informer, lister


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "apis/example/v1").mkdir(parents=True)
    (tmp_path / "apis/example/v2").mkdir()
    return tmp_path


def load(root: Path, text: str | None, **options: object) -> tuple[config.Config | None, list[str]]:
    if text is not None:
        (root / "pyproject.toml").write_text(text)
    diagnostics = Diagnostics()
    found = config.load(root, diagnostics, **options)  # type: ignore[arg-type]
    return found, [f"{d.position}: {d.message} ({d.hint})" for d in diagnostics]


def test_a_table_with_all_its_keys_becomes_settings(root: Path) -> None:
    (root / "header.txt").write_text("# Ours.\n\n# All of it.\n\n")
    found, faults = load(
        root,
        """
        [tool.codegen]
        input-base = "apis"
        input = ["example/v2", "example/v1/"]
        header-file = "header.txt"
        generators = ["lister", "deepcopy"]
        bounding-dirs = ["apis/"]
        plural-exceptions = { Endpoints = "endpoints" }
        clientset.output-dir = "src/made/clientset"
        clientset.output-package = "made.clientset"
        [tool.codegen.lister]
        output-dir = "made/listers"
        [tool.codegen.informer]
        output-package = "made.informers"
        """,
    )
    assert faults == []
    assert found is not None
    assert found.packages == ("apis/example/v1", "apis/example/v2")
    assert found.generators == ("deepcopy", "lister")
    settings = found.settings
    assert settings.header == "# Ours.\n\n# All of it.\n"
    assert settings.plural_exceptions == {"Endpoints": "endpoints"}
    assert [o for o in settings.options if o != type(o)()] == [
        deepcopy.Options(bounding_dirs=("apis",)),
        clientset.Options(output_dir="src/made/clientset", output_package="made.clientset"),
        lister.Options(output_dir="made/listers", output_package="made.listers"),
        informer.Options(output_dir="made/informers", output_package="made.informers"),
    ]


def test_all_faults_are_found_at_once_and_where_they_are(root: Path) -> None:
    found, faults = load(
        root,
        """\
[project]
name = "x"
[tool.codegen]
inputs = ["apis"]          # the comment is no value: input = 3
input = ["apis/example/v1", "apis/exampel/v1",
         7]
generators = ["deepcopy", "listers"]
plural-exceptions = { Kind = 3 }
header-file = "missing.txt"
clientset = "x"
[tool.codegen.lister]
output-dir = "../outside"
name = "x"
[tool.codegen.informer]
output-dir = "made-here"
""",
    )
    assert found is None
    assert faults == [
        "pyproject.toml:4:1: unknown key 'inputs' in [tool.codegen] (did you mean 'input'?)",
        "pyproject.toml:5:29: there is no folder 'apis/exampel/v1' "
        f"(inputs are folders of tagged modules, relative to {root})",
        "pyproject.toml:6:10: each item of input must be a string, not a number ()",
        "pyproject.toml:7:27: no generator is called 'listers' (did you mean 'lister'?)",
        "pyproject.toml:8:30: the plural of Kind must be a string, not a number ()",
        f"pyproject.toml:9:15: there is no file 'missing.txt' (it is relative to {root})",
        "pyproject.toml:10:13: clientset must be a table, not a string "
        "(write it as [tool.codegen.clientset])",
        "pyproject.toml:12:14: lister.output-dir '../outside' is outside the project "
        f"(write it relative to {root})",
        "pyproject.toml:13:1: unknown key 'name' in [tool.codegen.lister] "
        "(one of: output-dir, output-package)",
        "pyproject.toml:15:14: 'made-here' cannot be imported by that name "
        "(say what it is imported as with informer.output-package)",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "pyproject.toml:1:1: there is no [tool.codegen] table"),
        ("[tool.ruff]\n", "pyproject.toml:1:1: there is no [tool.codegen] table"),
        ("tool = 3\n", "pyproject.toml:1:1: there is no [tool.codegen] table"),
        ("[tool.codegen]\n", "pyproject.toml:1:7: [tool.codegen] has no input"),
        ("[tool]\ncodegen = 3\n", "pyproject.toml:2:11: tool.codegen must be a table"),
        ("[tool.codegen]\ninput = []\n", "pyproject.toml:2:9: the list of inputs is empty"),
        (
            '[tool.codegen]\ninput = "apis"\n',
            'pyproject.toml:2:9: input must be a list of folders, not a string (write input = ["a',
        ),
        ('[tool.codegen]\ninput = [""]\n', "pyproject.toml:2:10: each item of input is empty"),
        (
            '[tool.codegen]\ninput = ["apis.example.v1"]\n',
            "pyproject.toml:2:10: there is no folder 'apis.example.v1' "
            "(did you mean 'apis/example/v1'?)",
        ),
        (
            '[tool.codegen]\ninput = ["apis/example/v*"]\n',
            "pyproject.toml:2:10: input 'apis/example/v*' is a pattern, and patterns are not "
            'expanded (name each folder: input = ["apis/example/v1", "apis/example/v2"])',
        ),
        (
            '[tool.codegen]\ninput = ["pyproject.toml"]\n',
            "pyproject.toml:2:10: input 'pyproject.toml' is not a folder",
        ),
        ("[tool.codegen\n", "pyproject.toml:1:14: not valid TOML: expected ']'"),
        ("a = 1\na = 2\n", "pyproject.toml:2:6: not valid TOML: cannot overwrite a value"),
        ("a = ", "pyproject.toml:1:5: not valid TOML: invalid value"),
        ("a = '''\n\n", "pyproject.toml:3:1: not valid TOML: expected \"'''\""),
    ],
)
def test_a_bad_document_says_where_and_what(root: Path, text: str, fault: str) -> None:
    found, faults = load(root, text)
    assert found is None
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_a_document_that_is_not_utf_8_is_a_diagnostic(root: Path) -> None:
    (root / "pyproject.toml").write_bytes(b"a = 1\nb = '\xff'\n")
    found, faults = load(root, None)
    assert found is None
    assert faults == ["pyproject.toml:2:1: the file is not UTF-8 (save it as UTF-8)"]


def test_a_header_line_that_is_no_comment_is_found_in_the_header_file(root: Path) -> None:
    (root / "header.txt").write_text("# Good.\n/* Go's */\n")
    text = '[tool.codegen]\ninput = ["apis/example/v1"]\nheader-file = "header.txt"\n'
    found, faults = load(root, text)
    assert found is None
    assert [f.partition(" (")[0] for f in faults] == [
        "header.txt:2:1: a line of the header file is not a comment"
    ]


def test_options_stand_before_the_file(root: Path) -> None:
    text = """
    [tool.codegen]
    input = ["apis/example/v1"]
    clientset = { output-dir = "src/a", output-package = "a", name = "one" }
    """
    overrides = {
        "input": ["example/v2"],
        "input-base": "apis",
        "clientset.output-dir": "b",
        "plural-exceptions": ["Endpoints:endpoints", "Sheep:sheep"],
    }
    found, faults = load(root, text, overrides=overrides, generators=["clientset"])
    assert faults == []
    assert found is not None
    assert (found.packages, found.generators) == (("apis/example/v2",), ("clientset",))
    options = found.settings.of(clientset.Options)
    assert options == clientset.Options(output_dir="b", output_package="b", name="one")
    assert found.settings.plural_exceptions == {"Endpoints": "endpoints", "Sheep": "sheep"}


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"input": ["nowhere"]}, "--input: there is no folder 'nowhere'"),
        ({"input": ["."]}, "--input: the project's root cannot be an API package"),
        ({"input": ["../.."]}, "--input: input '../..' is outside the project"),
        ({"clientset.name": "a-b"}, "--clientset-name: clientset.name must be a Python name"),
        ({"clientset.name": "class"}, "--clientset-name: clientset.name must be a Python name"),
        ({"plural-exceptions": ["Endpoints"]}, "--plural-exceptions: 'Endpoints' is not Kind:p"),
        ({"header-file": "none.txt"}, "--header-file: there is no file 'none.txt'"),
        ({}, "no input: /"),
    ],
)
def test_an_option_that_cannot_be_followed_is_a_usage_error(
    root: Path, overrides: dict[str, object], fault: str
) -> None:
    if overrides and "input" not in overrides:
        overrides["input"] = ["apis/example/v1"]
    with pytest.raises(config.UsageError) as caught:
        load(root, None, overrides=overrides)
    assert str(caught.value).startswith(fault)


def test_a_header_may_stand_outside_the_project(root: Path) -> None:
    (root / "header.txt").write_text("# Ours.\n")
    (root / "pyproject.toml").write_text("")
    overrides = {"input": ["v1"], "header-file": "../../header.txt"}
    found = config.load(root / "apis/example", Diagnostics(), overrides=overrides)
    assert found is not None
    assert found.settings.header == "# Ours.\n"
    assert found.files["../../header.txt"] == b"# Ours.\n"


def test_an_absolute_folder_inside_the_project_is_taken(root: Path) -> None:
    found, _ = load(root, None, overrides={"input": [str(root / "apis/example/v1")]})
    assert found is not None
    assert found.packages == ("apis/example/v1",)


def test_generators_that_name_none_are_an_error_and_never_a_run_that_does_nothing(
    root: Path,
) -> None:
    found, faults = load(root, '[tool.codegen]\ninput = ["apis/example/v1"]\ngenerators = []\n')
    assert found is None
    assert faults == [
        "pyproject.toml:3:14: the list of generators is empty (leave it out to run all)"
    ]
