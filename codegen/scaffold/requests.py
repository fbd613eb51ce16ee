"""From the options of a command to what it asks for: defaults, questions, and checks."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from codegen.scaffold import additions, checks, core_kinds, creation, lifecycle
from codegen.scaffold import project as project_file
from codegen.scaffold.execution import Options
from codegen.scaffold.names import identifier
from codegen.scaffold.project import Project, Resource


class Asker(msgspec.Struct, frozen=True):
    """Asks what no option has said: on a terminal alone, unless `--yes` answers."""

    yes: bool

    @property
    def _is_possible(self) -> bool:
        return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()

    def confirm(self, question: str, value: bool | None, flag: str) -> bool:
        if value is not None:
            return value
        if self.yes:
            return True
        if not self._is_possible:
            raise click.UsageError(f"{question} Say --{flag} or --no-{flag}, or --yes to all.")
        return click.confirm(question, err=True)

    def text(self, question: str, value: str | None, flag: str, example: str) -> str:
        if value is not None:
            return value
        if not self._is_possible:
            raise click.UsageError(f"{question}: {flag} {example}")
        answer: str = click.prompt(question, type=str, err=True)
        return answer.strip()


def init(
    *,
    domain: str | None,
    project_name: str | None,
    repo: str | None,
    license: str,
    owner: str,
    multigroup: bool,
    namespaced: bool,
    source: Path | None,
    yes: bool,
    **options: Any,
) -> int:
    """`codegen init`."""
    shared = _shared(options)
    if source is not None:
        if domain or project_name or owner or multigroup or namespaced or license != "none":
            raise click.UsageError("--from takes all but the package from PROJECT: --repo alone")
        path = source / project_file.NAME if source.is_dir() else source
        return creation.init_from(path.resolve(), repo, shared)
    name = project_name if project_name is not None else shared.root.name
    project = Project(
        name=name,
        package=repo if repo is not None else identifier(name.lower()),
        domain=Asker(yes).text("name the domain of the groups", domain, "--domain", "example.com"),
        license="" if license == "none" else license,
        owner=owner,
        multigroup=multigroup,
        namespaced=namespaced,
    )
    _refuse(checks.of_project(project))
    return creation.init(project, shared)


def create_api(
    *,
    group: str | None,
    version: str | None,
    kind: str | None,
    plural: str | None,
    resource: bool | None,
    controller: bool | None,
    namespaced: bool | None,
    external_path: str | None,
    external_domain: str | None,
    external_module: str | None,
    yes: bool,
    **options: Any,
) -> int:
    """`codegen create api`."""
    ask = Asker(yes)
    is_external = external_path is not None
    if not is_external and (external_domain is not None or external_module is not None):
        raise click.UsageError(
            "--external-api-domain and --external-api-module go with --external-api-path, which "
            "names the module of the kind's class"
        )
    if is_external and resource:
        raise click.UsageError("--external-api-path names a kind of others: leave --resource out")
    asked = Resource(
        group=ask.text("name the group", group, "--group", "proxy"),
        version=ask.text("name the version", version, "--version", "v1alpha1"),
        kind=ask.text("name the kind", kind, "--kind", "Nginx"),
        plural=plural or "",
        path=external_path or "",
        domain=external_domain or "",
        is_external=is_external,
        module=external_module or "",
    )
    if plural == "" or external_module == "":
        raise click.UsageError("leave --plural and --external-api-module out where they are empty")
    _refuse(checks.of_api(asked))
    is_core = not (is_external or resource) and core_kinds.has(*asked.named)
    has_api = False
    if not (is_external or is_core):
        has_api = ask.confirm(f"Define the kind {asked.kind} here?", resource, "resource")
    has_controller = ask.confirm(f"Add a controller of {asked.kind}?", controller, "controller")
    wanted = additions.Wanted(
        msgspec.structs.replace(
            asked, has_api=has_api, has_controller=has_controller, is_core=is_core
        ),
        namespaced,
    )
    _refuse(checks.of_api(wanted.resource))
    return creation.create_api(wanted, _shared(options))


def delete_api(*, group: str, version: str, kind: str, **options: Any) -> int:
    """`codegen delete api`."""
    return lifecycle.delete_api(group, version, kind, _shared(options))


def edit(*, multigroup: bool | None, namespaced: bool | None, **options: Any) -> int:
    """`codegen edit`."""
    if multigroup is None and namespaced is None:
        raise click.UsageError("say what to change: --multigroup, --namespaced or --no-namespaced")
    return lifecycle.edit(multigroup, namespaced, _shared(options))


def upgrade(**options: Any) -> int:
    """`codegen upgrade`."""
    return lifecycle.upgrade(_shared(options))


def _shared(options: dict[str, Any]) -> Options:
    """The options that every command has."""
    root = Path(str(options.pop("root"))).resolve()
    return Options(root=root, **options)


def _refuse(faults: Iterable[str]) -> None:
    """Every fault at once, as wrong usage."""
    listed = list(faults)
    if listed:
        raise click.UsageError("\n".join(listed))
