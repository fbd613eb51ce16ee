"""Templates to text, already as `ruff format` would have it, whatever the length of names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from codegen import __version__, formatting
from codegen.generators.render import bases, call, signature
from codegen.scaffold.names import Names

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    from codegen.generators.templates import environment

    filters = {
        "annotated": annotated,
        "assigned": assigned,
        "call": call,
        "class": bases,
        "imports": imports,
        "set_up": set_up,
        "signature": signature,
    }
    return environment(Path(__file__).parent / "templates", filters)


def assigned(function: str, arguments: list[str], target: str, indent: int) -> str:
    """`target = function(arguments)` at an indent, which is not written."""
    value = formatting.call(function, arguments)
    return formatting.assigned(f"{target} =", value, indent).removeprefix(" " * indent)


def set_up(reconciler: str, indent: int) -> str:
    """The call that adds a controller to `manager`, for a place at an indent."""
    head = f"{reconciler}(manager.client).setup_with_manager"
    if indent + len(f"{head}(manager)") <= formatting.WIDTH:
        return f"{head}(manager)"
    if indent + len(f"{head}(") <= formatting.WIDTH:
        return f"{head}(\n    manager\n)"
    return f"{reconciler}(\n    manager.client\n).setup_with_manager(manager)"


def annotated(name: str, factory: str) -> str:
    """`name: Factory = field(default_factory=Factory)`, in the body of a class."""
    value = formatting.call("field", [f"default_factory={factory}"])
    return formatting.annotated(name, factory, value, 4).lstrip()


def import_statement(module: str, names: list[str]) -> str:
    """As formatting's, for the linter of a scaffold, which passes over long lines."""
    return formatting.import_statement(module, names).replace("  # noqa: E501", "")


def imports(names: Mapping[str, list[str]], package: str) -> str:
    """Import statements in isort's order: other distributions, then the project's own package."""
    sections: tuple[list[str], list[str]] = ([], [])
    for module in sorted(names, key=formatting.module_order):
        is_own = module.partition(".")[0] == package
        sections[is_own].append(import_statement(module, names[module]))
    return "\n\n".join("\n".join(section) for section in sections if section)


def render(source: str, names: Names) -> str:
    """The text of a template; `source` is its path below `templates`, without `.j2`."""
    return _environment().get_template(f"{source}.j2").render(_values(names))


def _values(names: Names) -> Mapping[str, object]:
    """What templates know: the names, and what is the same in every file."""
    project = names.project
    boilerplate = _environment().get_template("hack/boilerplate.py.txt.j2")
    header = boilerplate.render(license=project.license, owner=project.owner)
    return {
        "names": names,
        "project": project,
        "license": project.license,
        "owner": project.owner,
        "header": f"{header}\n" if header else "",
        "runtime": _pin(__version__),
    }


def _pin(version: str) -> str:
    """The versions of kube-codegen that a scaffold of this one works with: those of one minor."""
    major, minor = version.split(".")[:2]
    return f">={version},<{major}.{int(minor) + 1}"
