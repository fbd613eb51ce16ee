"""The commands of scaffolds on the command line. Nothing here does any work."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from codegen.report_format import report_format

_INIT = """Make a new project in the current folder: an operator without an API yet.

\b
  mkdir nginx-operator && cd nginx-operator
  codegen init --domain example.com
  codegen create api --group proxy --version v1alpha1 --kind Nginx --resource --controller
  make test
\b
  codegen init --from ../nginx-operator/PROJECT
"""

_API = """Add a kind to the project, its controller, or both.

Kubernetes' own kinds (--group apps --kind Deployment) and those of other modules (--external) get a
controller alone.

\b
  codegen create api --group proxy --version v1alpha1 --kind Nginx --resource --controller
  codegen create api --group apps --version v1 --kind Deployment --controller
"""


_DELETE_API = """Undo what `codegen create api` did for a kind.

The files that it made go, and the lines that it inserted, with what was generated of them. What
was edited is named and stays, and nothing is removed, unless --force is given.

\b
  codegen delete api --group proxy --version v1alpha1 --kind Nginx
"""

_EDIT = """Change how a project is laid out, with what you have written in it.

--multigroup moves types, controllers and their tests into a folder for each group, so that the
project takes further groups, and changes the imports of what moves in every module of the project.

\b
  codegen edit --multigroup
  codegen edit --namespaced
"""

_UPGRADE = """Bring a project that an older codegen made to what this one makes.

What you have changed stays: each file is merged, by what was written of it, which is recorded in
.codegen-scaffold. Where you and the scaffold changed the same lines differently, both are left
between conflict markers, and the exit code is 1.

\b
  codegen upgrade --dry-run       the files and the diff
  codegen upgrade --check         exit code 1 if anything would change
"""


def add_commands(group: click.Group) -> None:
    """Hang the commands into the command line."""
    group.add_command(_init())
    create = click.Group("create", short_help="Add an API to a project.")
    create.help = "Add to the project of the current folder."
    create.add_command(_create_api())
    group.add_command(create)
    delete = click.Group("delete", short_help="Remove an API from a project.")
    delete.help = "Remove from the project of the current folder."
    delete.add_command(_delete_api())
    group.add_command(delete)
    group.add_command(_edit())
    group.add_command(_upgrade())


@contextlib.contextmanager
def _faults_of_the_disk() -> Iterator[None]:
    """What the disk refuses is one line, not a traceback."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        what = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        raise click.ClickException(
            f"{what}{error.strerror or error}; nothing was written"
        ) from error


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """The options of commands that make files."""
    command = click.option("--yes", is_flag=True, help="Answer every question with yes.")(command)
    command = click.option("--force", is_flag=True, help="Replace files that are there already.")(
        command
    )
    return _common(command)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command."""
    command = click.option(
        "--dry-run", is_flag=True, help="Show the files and the diff, and write nothing."
    )(command)
    command = click.option(
        "--make/--no-make", default=True, help="Run the generators at the end (default: yes)."
    )(command)
    command = report_format(command)
    return click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=".",
        help="Folder of the project (default: the current one).",
    )(command)


def _init() -> click.Command:
    @click.command("init", short_help="Make a new project in an empty folder.", help=_INIT)
    @click.option("--domain", metavar="DOMAIN", help="The end of the groups' names: example.com.")
    @click.option("--project-name", metavar="NAME", help="Name (default: the folder's).")
    @click.option("--repo", metavar="PACKAGE", help="Import package (default: of the name).")
    @click.option(
        "--license", type=click.Choice(["apache2", "none"]), default="none", show_default=True,
        help="License in the header of the files.",
    )  # fmt: skip
    @click.option("--owner", metavar="OWNER", default="", help="Who the header names.")
    @click.option("--multigroup", is_flag=True, help="A folder for each group.")
    @click.option("--namespaced", is_flag=True, help="A manager of one namespace, not of all.")
    @click.option(
        "--from", "source", type=click.Path(exists=True, path_type=Path), metavar="PROJECT",
        help="Make the project of this PROJECT file, with all that it has; kubebuilder's, too.",
    )  # fmt: skip
    @_shared
    def init(**values: Any) -> None:
        from codegen.scaffold.requests import init

        with _faults_of_the_disk():
            raise SystemExit(init(**values))

    return init


def _create_api() -> click.Command:
    @click.command("api", short_help="Add a kind, its controller, or both.", help=_API)
    @click.option("--group", metavar="GROUP", help="Group, without the domain: proxy.")
    @click.option("--version", metavar="VERSION", help="Version: v1alpha1.")
    @click.option("--kind", metavar="KIND", help="Kind: Nginx.")
    @click.option("--plural", metavar="PLURAL", help="Plural (default: of the kind).")
    @click.option("--resource/--no-resource", default=None, help="Define the kind here.")
    @click.option("--controller/--no-controller", default=None, help="Add its controller.")
    @click.option(
        "--namespaced/--no-namespaced", default=None, help="Objects are in namespaces (default)."
    )
    @click.option(
        "--external", "--external-api-path", "external_path", metavar="MODULE",
        help="Module that has the kind's class, where another package defines it.",
    )  # fmt: skip
    @click.option(
        "--external-api-domain", "external_domain", metavar="DOMAIN",
        help="Domain of that kind's group.",
    )  # fmt: skip
    @click.option(
        "--external-api-module", "external_module", metavar="REQUIREMENT",
        help="What pip installs to have that module.",
    )  # fmt: skip
    @_shared
    def api(**values: Any) -> None:
        from codegen.scaffold.requests import create_api

        with _faults_of_the_disk():
            raise SystemExit(create_api(**values))

    return api


def _delete_api() -> click.Command:
    @click.command("api", short_help="Undo what create api did.", help=_DELETE_API)
    @click.option("--group", metavar="GROUP", required=True, help="Group: proxy.")
    @click.option("--version", metavar="VERSION", required=True, help="Version: v1alpha1.")
    @click.option("--kind", metavar="KIND", required=True, help="Kind: Nginx.")
    @click.option("--force", is_flag=True, help="Remove what was edited, too, and say what.")
    @_common
    def api(**values: Any) -> None:
        from codegen.scaffold.requests import delete_api

        with _faults_of_the_disk():
            raise SystemExit(delete_api(**values))

    return api


def _edit() -> click.Command:
    @click.command("edit", short_help="Change how a project is laid out.", help=_EDIT)
    @click.option("--multigroup/--no-multigroup", default=None, help="A folder for each group.")
    @click.option(
        "--namespaced/--no-namespaced", default=None,
        help="A manager of its own namespace, or of the cluster.",
    )  # fmt: skip
    @_common
    def edit(**values: Any) -> None:
        from codegen.scaffold.requests import edit

        raise SystemExit(edit(**values))

    return edit


def _upgrade() -> click.Command:
    @click.command("upgrade", short_help="Bring a project to this version.", help=_UPGRADE)
    @click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
    @_common
    def upgrade(**values: Any) -> None:
        from codegen.scaffold.requests import upgrade

        with _faults_of_the_disk():
            raise SystemExit(upgrade(**values))

    return upgrade
