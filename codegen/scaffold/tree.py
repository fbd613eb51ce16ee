"""The whole scaffold of a project as text: the table of templates, and what they render.

`tree` is pure. A template is rendered without what APIs insert in its file; the fragments are then
inserted as they are in a user's file, so there is one way to do it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import msgspec

from codegen.diagnostics import Diagnostics
from codegen.scaffold import project as project_file
from codegen.scaffold.fragments import fragments
from codegen.scaffold.insertion import Fragment, Surroundings, insert
from codegen.scaffold.names import ApiNames, Names
from codegen.scaffold.project import Project
from codegen.scaffold.rendering import render


class Scope(Enum):
    """How often a template is rendered. All but PROJECT have the names of an API."""

    PROJECT = "once"
    VERSION = "for each version of a group that the project defines"
    API = "for each kind and version that the project defines"
    API_GROUP = "for each group that the project defines, where groups have folders"
    CONTROLLER_GROUP = "for each group of controllers, where groups have folders"
    CONTROLLER = "for each controller"


class Template(msgspec.Struct, frozen=True):
    """One template and what becomes of it. `target` is formatted with the attributes of names."""

    source: str
    target: str
    scope: Scope = Scope.PROJECT
    when: Callable[[Project], bool] = lambda _: True


class File(msgspec.Struct, frozen=True):
    """One file of the scaffold: its text, the template that it is of, and what was inserted."""

    text: str
    template: str
    fragments: tuple[Fragment, ...] = ()
    rendered: str | None = None

    @property
    def bare(self) -> str:
        """The text before anything was inserted."""
        return self.text if self.rendered is None else self.rendered


def _has_header(project: Project) -> bool:
    return bool(project.license or project.owner)


def _has_apis(project: Project) -> bool:
    return any(resource.has_api for resource in project.resources)


_SRC = "src/{package}"
TEMPLATES = (
    Template(".dockerignore", ".dockerignore"),
    Template(".pre-commit-config.yaml", ".pre-commit-config.yaml"),
    Template("AGENTS.md", "AGENTS.md"),
    Template(".github/workflows/lint.yml", ".github/workflows/lint.yml"),
    Template(".github/workflows/test-e2e.yml", ".github/workflows/test-e2e.yml"),
    Template(".github/workflows/test.yml", ".github/workflows/test.yml"),
    Template("Dockerfile", "Dockerfile"),
    Template("Makefile", "Makefile"),
    *(
        Template(f"config/{path}", f"config/{path}")
        for path in (
            "crd/kustomization.yaml",
            "default/cert_metrics_manager_patch.yaml",
            "default/kustomization.yaml",
            "default/manager_metrics_patch.yaml",
            "default/metrics_service.yaml",
            "manager/kustomization.yaml",
            "manager/manager.yaml",
            "network-policy/allow-metrics-traffic.yaml",
            "network-policy/kustomization.yaml",
            "prometheus/kustomization.yaml",
            "prometheus/monitor.yaml",
            "rbac/kustomization.yaml",
            "rbac/leader_election_role.yaml",
            "rbac/leader_election_role_binding.yaml",
            "rbac/metrics_auth_role.yaml",
            "rbac/metrics_auth_role_binding.yaml",
            "rbac/metrics_reader_role.yaml",
            "rbac/role_binding.yaml",
            "rbac/service_account.yaml",
        )
    ),
    *(
        Template(
            f"config/rbac/{role}_role.yaml",
            f"config/rbac/{{role_prefix}}_{role}_role.yaml",
            Scope.API,
        )
        for role in ("admin", "editor", "viewer")
    ),
    Template(
        "config/samples/kustomization.yaml", "config/samples/kustomization.yaml", when=_has_apis
    ),
    Template("config/samples/sample.yaml", "config/samples/{sample}", Scope.API),
    Template("pyproject.toml", "pyproject.toml"),
    Template("README.md", "README.md"),
    Template(".gitignore", ".gitignore"),
    Template("hack/boilerplate.py.txt", "hack/boilerplate.py.txt", when=_has_header),
    Template("src/package/__init__.py", f"{_SRC}/__init__.py"),
    Template("src/package/__main__.py", f"{_SRC}/__main__.py"),
    Template("src/package/py.typed", f"{_SRC}/py.typed"),
    Template("src/package/api/__init__.py", f"{_SRC}/api/__init__.py"),
    Template("src/package/controllers/__init__.py", f"{_SRC}/controllers/__init__.py"),
    Template("tests/conftest.py", "tests/conftest.py"),
    Template("tests/e2e/test_e2e.py", "tests/e2e/test_e2e.py"),
    Template("tests/test_main.py", "tests/test_main.py"),
    Template(
        "src/package/api/group.py", f"{_SRC}/api/{{group_module}}/__init__.py", Scope.API_GROUP
    ),
    Template("src/package/api/version.py", "{api_folder}/__init__.py", Scope.VERSION),
    Template("src/package/api/types.py", "{types_path}", Scope.API),
    Template(
        "src/package/controllers/group.py",
        "{controllers_folder}/__init__.py",
        Scope.CONTROLLER_GROUP,
    ),
    Template(
        "src/package/controllers/controller.py",
        "{controller_path}",
        Scope.CONTROLLER,
    ),
    Template(
        "tests/controllers/test_controller.py",
        "{tests_folder}/test_{snake}_controller.py",
        Scope.CONTROLLER,
    ),
)
"""Every template. A row more is a file more; nothing else knows them."""


def tree(project: Project) -> dict[str, File]:
    """Every file of the project's scaffold, by its path from the root, in order."""
    files = {project_file.NAME: File(project_file.printed(project), project_file.NAME)}
    for template in TEMPLATES:
        if template.when(project):
            for names in _each(template.scope, project):
                path = template.target.format_map(vars(names))
                files.setdefault(path, File(render(template.source, names), template.source))
    for path, inserted in fragments(project).items():
        if path in files:
            files[path] = _with(path, files[path], inserted, project.package)
    return dict(sorted(files.items()))


def _with(path: str, file: File, inserted: tuple[Fragment, ...], package: str) -> File:
    diagnostics = Diagnostics()
    around = Surroundings(frozenset(inserted), packages=frozenset({package}))
    text = insert(path, file.text, inserted, diagnostics, around)
    if text is None:
        raise AssertionError(f"{file.template} has no place for {[*diagnostics]}")
    return File(text, file.template, inserted, file.text)


def places(project: Project) -> dict[tuple[str, tuple[str, str, str, str]], str]:
    """The path of each file that an API or a controller has of its own, by template and kind."""
    return {
        (template.source, names.resource.key): template.target.format_map(vars(names))
        for template in TEMPLATES
        if template.scope in (Scope.VERSION, Scope.API, Scope.CONTROLLER)
        for names in _each(template.scope, project)
        if isinstance(names, ApiNames)
    }


def _each(scope: Scope, project: Project) -> list[Names]:
    names = Names(project)
    if scope is Scope.PROJECT:
        return [names]
    if scope in (Scope.API_GROUP, Scope.CONTROLLER_GROUP) and not project.multigroup:
        return []
    if scope in (Scope.CONTROLLER, Scope.CONTROLLER_GROUP):
        return [api for api in names.apis if api.resource.has_controller]
    return [api for api in names.apis if api.resource.has_api]
