"""Generated code is what `ruff format` would write, however long the names of an API are."""

from __future__ import annotations

import random
import string
import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen import naming
from tests.codegen.generators.test_golden import made_of

ROOT = Path(__file__).parents[3]
TYPES = (
    "Scale",
    "Scale | None = None",
    "list[Scale]",
    "list[str] | None = None",
    "dict[str, Scale]",
    "list[dict[str, list[Scale]]]",
    "dict[str, list[Scale] | None] | None = None",
)
METHODS = {
    "get": ("subresource", "result"),
    "create": ("subresource", "input", "result"),
    "update": ("subresource", "input", "result"),
    "apply": ("subresource", "input", "result"),
    "patch": ("subresource", "result"),
    "list": (),
}


class Project:
    """An API with names of any length, drawn from a source of chance."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root = root
        self.chance = chance
        self.inputs: list[str] = []

    def word(self, longest: int) -> str:
        length = self.chance.randint(3, longest)
        return "".join(self.chance.choice(string.ascii_lowercase) for _ in range(length))

    def name(self, longest: int) -> str:
        """A class's name, its words of any length."""
        text = ""
        while len(text) < 3:
            for _ in range(self.chance.randint(1, 8)):
                text += self.word(10).capitalize()
        return text[:longest]

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def declare(self) -> None:
        self.write("shop/__init__.py", "")
        for group in sorted({self.word(50) for _ in range(self.chance.randint(1, 2))}):
            domain = self.word(20)
            self.write(f"shop/{group}/__init__.py", "")
            for version in self.chance.sample(["v1", "v1alpha1", "v2beta12"], 2):
                folder = f"shop/{group}/{version}"
                tags = f"# +k8s:deepcopy-gen=package,register\n# +groupName={group}.{domain}.io\n"
                self.write(f"{folder}/__init__.py", tags)
                self.write(f"{folder}/types.py", self.types(group, version))
                self.inputs.append(folder)
        outputs = "".join(
            f'[tool.codegen.{name}]\noutput-dir = "shop/{name}s"\n'
            for name in ("clientset", "lister", "informer")
        )
        self.write("pyproject.toml", f"[tool.codegen]\ninput = {self.inputs!r}\n{outputs}")

    def types(self, group: str, version: str) -> str:
        text = "from kube.runtime import Object, ObjectList, Struct\n\n\n"
        text += "class Scale(Struct):\n    size: int = 0\n"
        for kind in sorted({self.name(60) for _ in range(self.chance.randint(1, 7))}):
            text += f"\n\n# +genclient\n{''.join(self.tags())}class {kind}(Object):\n"
            text += f"    status: Scale\n    {self.word(90)}: {self.chance.choice(TYPES)}\n\n\n"
            text += f"class {kind}List(ObjectList[{kind}]):\n    pass\n"
            if self.chance.random() < 0.3:
                module = naming.module_name(kind)
                for place, suffix in (
                    ("listers", "ListerExpansion"),
                    ("clientsets/versioned/typed", "Expansion"),
                ):
                    self.write(
                        f"shop/{place}/{group}/{version}/{module}_expansion.py",
                        f"class {kind}{suffix}:\n    pass\n",
                    )
        return text

    def tags(self) -> list[str]:
        tags = [f"# +genclient:{tag}\n" for tag in ("nonNamespaced", "noStatus") if self.coin()]
        for verb, arguments in METHODS.items():
            if self.coin():
                values = {"subresource": self.word(40), "input": "Scale", "result": "Scale"}
                chosen = [f",{name}={values[name]}" for name in arguments if self.coin()]
                method = f"{self.name(60)},verb={verb}{''.join(chosen)}"
                tags.append(f"# +genclient:method={method}\n")
        return tags

    def coin(self) -> bool:
        return self.chance.random() < 0.4


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=True))
def test_generated_code_is_what_ruff_format_would_write_for_names_of_any_length(
    tmp_path_factory, chance
) -> None:
    root = tmp_path_factory.mktemp("shop")
    project = Project(root, chance)
    project.declare()
    made = made_of(root, ("deepcopy", "register", "clientset", "lister", "informer"))
    made.pop("diagnostics.txt", None)
    if not made:
        return  # after an error, such as a plural that is longer than a server takes
    for path, text in made.items():
        project.write(path, text)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "format", "--diff", "--quiet", "--no-cache"),
            *("--config", ROOT / "pyproject.toml", *(root / path for path in made)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_names_that_fit_on_a_line_only_without_what_they_are_assigned_to_have_a_line_each(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path, random.Random(0))
    kinds = [f"Thing{letter}" for letter in "ABCDEF"]
    text = "from kube.runtime import Object, ObjectList\n"
    for kind in kinds:
        text += f"\n\n# +genclient\nclass {kind}(Object):\n    pass\n"
        text += f"\n\nclass {kind}List(ObjectList[{kind}]):\n    pass\n"
    project.write("shop/__init__.py", "")
    project.write("shop/v1/__init__.py", "# +groupName=shop.example.com\n")
    project.write("shop/v1/types.py", text)
    project.write(
        "pyproject.toml",
        '[tool.codegen]\ninput = ["shop/v1"]\ngenerators = ["lister"]\n',
    )
    exports = made_of(tmp_path)["generated/listers/shop/v1/__init__.py"].partition("__all__ = ")[2]
    assert exports == "[\n" + "".join(f'    "{kind}Lister",\n' for kind in kinds) + "]\n"
