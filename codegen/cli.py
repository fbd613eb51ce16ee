"""`codegen` on the command line.

The subcommands of the generators derive from their table, and the options from the table of
settings. Nothing here does any work: `--help` loads neither the reader nor a generator.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codegen import STARTED, __version__
from codegen.command import Command, compare
from codegen.generators import GENERATORS, Generator
from codegen.options import COMMON, Option, Shape, declared
from codegen.report_format import report_format
from codegen.scaffold import cli as scaffold

if TYPE_CHECKING:
    from codegen.importer.sources import FromCluster
    from codegen.run import Read

_EPILOG = """\b
Examples:
  codegen init --domain example.com    a new operator in this folder: see `codegen create api`
  codegen generate                 everything that [tool.codegen] configures
  codegen verify                   the same in memory: a diff, and exit code 1
  codegen deepcopy --input apis/example/v1
  codegen compat main              which changes since then break objects or clients
  codegen tags genclient           what a tag means, and where it may stand
  codegen diagnostics bad-path     what a code in brackets means

\b
Exit codes: 0 all is well, 1 findings (nothing was written), 2 wrong usage.
"""

_GENERATE = """Run every generator that [tool.codegen] of the nearest pyproject.toml asks for.

\b
  [tool.codegen]
  input-base = "apis"
  input = ["example/v1alpha1", "example/v1"]
  header-file = "hack/boilerplate.py.txt"
\b
  [tool.codegen.clientset]
  output-dir = "generated/clientset"
  name = "versioned"

Further packages with a clientset of their own are trees: [tool.codegen.trees.NAME], with the same
keys.

All faults are reported at once, and then nothing is written. Only files whose content changes are
touched; generated files that no generator writes now are removed.
"""

_VERIFY = """Check that what is generated is up to date, without writing.

Prints a unified diff of what `codegen generate` would change, and exits with 1 if it would change
anything. Name generators to check only theirs.

\b
  codegen verify
  codegen verify deepcopy register
  codegen verify --format github      annotations on a pull request
"""

_COMPAT = """Compare the CRDs of two states, and say what breaks stored objects or clients.

OLD and NEW are folders, files, git revisions, or paths in a revision (v1.0:deploy/crds). Without
NEW it is the folder that `codegen crd` writes to. Each change is breaking, risky or safe; the exit
code is 1 if any is breaking.

\b
  codegen compat main
  codegen compat v1.0 v1.1
  codegen compat old/crds new/crds --format json
"""

_IMPORT_CRD = """Make tagged packages of CustomResourceDefinitions.

FILE is a file or a folder of YAML or JSON, or - for standard input; --from-cluster reads the CRDs
of a cluster. Each version of a group becomes
a package <output>/<group>/<version>. Then the CRDs that `codegen crd` makes of the packages are
compared with the imported ones: what does not come back is reported with its path, and nothing is
written unless --allow-losses is set. Descriptions are no loss.

The packages are yours from then on. A later import changes in them what the CRDs have changed, and
keeps your edits. Where both changed the same thing it leaves a comment, and exits with 1.

\b
  codegen import crd config/crd/bases
  codegen import crd widgets.yaml gadgets.yaml --output vendored
  helm template chart | codegen import crd -
  codegen import crd --from-cluster --group cert-manager.io
"""

_IMPORT_OPENAPI = """Make tagged packages of OpenAPI documents.

FILE is a document, or a folder of them, as a server returns it below /openapi/v3 or at /openapi/v2,
in JSON or YAML, or - for standard input; --from-cluster reads those of a cluster. Each version of a
group becomes a package <output>/<group>/<version>; types that kube.api has are imported from there.

The packages are yours from then on, as those of `codegen import crd`.

\b
  kubectl get --raw /openapi/v3/apis/metrics.k8s.io/v1beta1 > metrics.json
  codegen import openapi metrics.json
  codegen import openapi --from-cluster --group metrics.k8s.io
"""

_SINGLE = """{help}

Runs this generator alone. Options override [tool.codegen] of the nearest pyproject.toml, which may
be missing. Folders are relative to the project's root.

\b
  codegen {name} --input apis/example/v1
  codegen {name} --input-base apis --input example/v1,example/v2
"""


def main() -> None:
    command_line()(prog_name="codegen")


def command_line(
    read_packages: Read | None = None, generators: Mapping[str, Generator] = GENERATORS
) -> click.Group:
    """The commands, over a reader of packages (default: codegen.source) and a table."""

    command = functools.partial(
        Command, started=STARTED, read_packages=read_packages, generators=generators
    )

    group = _Group(lambda name: _single(generators[name], command), generators)

    @group.command(short_help="Run what [tool.codegen] asks for.", help=_GENERATE)
    @_common
    @_notes
    def generate(**common: Any) -> None:
        raise SystemExit(command(**common).generate())

    @group.command(short_help="Show what generate would change; exit 1 if anything.", help=_VERIFY)
    @click.argument(
        "generator", nargs=-1, type=click.Choice(list(generators)), metavar="[GENERATOR]..."
    )
    @_common
    @_notes
    def verify(generator: tuple[str, ...], **common: Any) -> None:
        raise SystemExit(command(names=generator, **common).verify())

    @group.command(
        short_help="Compare two states of CRDs; exit 1 if anything breaks.", help=_COMPAT
    )
    @click.argument("old")
    @click.argument("new", required=False)
    @_common
    def compat(old: str, new: str | None, root: Path | None, form: str) -> None:
        raise SystemExit(compare(old, new, root, form))

    @group.group("import", short_help="Make tagged packages of what others wrote.")
    def import_() -> None:
        """Make tagged packages of APIs that others wrote, for every generator to work on."""

    @import_.command("crd", short_help="Of CustomResourceDefinitions.", help=_IMPORT_CRD)
    @_imports
    @click.option(
        "--allow-losses", is_flag=True, help="Import also what does not come back as it was."
    )
    @click.option(
        "--ignore-descriptions",
        is_flag=True,
        help="Import the types of kube.api also where only descriptions differ.",
    )
    @_common
    @_notes
    def crd(
        files: tuple[str, ...],
        folder: str,
        allow_losses: bool,
        ignore_descriptions: bool,
        check: bool,
        root: Path | None,
        form: str,
        notes: bool,
        **cluster: Any,
    ) -> None:
        from codegen.importer import unchanged

        source = _source(files, **cluster)
        flags = {"--allow-losses": allow_losses, "--ignore-descriptions": ignore_descriptions}
        options = tuple(flag for flag, is_set in flags.items() if is_set)
        request = unchanged.request("crd", source, folder, root, options)
        if request and not check and unchanged.answer(request, form, notes=notes):
            return
        from codegen.importer.command import import_crd

        raise SystemExit(
            import_crd(
                source,
                folder,
                root,
                form,
                allow_losses=allow_losses,
                ignore_descriptions=ignore_descriptions,
                check=check,
                notes=notes,
                request=request,
            )
        )

    @import_.command("openapi", short_help="Of OpenAPI documents.", help=_IMPORT_OPENAPI)
    @_imports
    @_common
    @_notes
    def openapi(
        files: tuple[str, ...],
        folder: str,
        check: bool,
        root: Path | None,
        form: str,
        notes: bool,
        **cluster: Any,
    ) -> None:
        from codegen.importer import unchanged

        source = _source(files, **cluster)
        request = unchanged.request("openapi", source, folder, root, ())
        if request and not check and unchanged.answer(request, form, notes=notes):
            return
        from codegen.importer.openapi.command import import_openapi

        raise SystemExit(
            import_openapi(source, folder, root, form, check=check, notes=notes, request=request)
        )

    @group.command(short_help="Print the catalogue of tags.")
    @click.argument("name", required=False)
    @click.option("--markdown", is_flag=True, help="As a Markdown document.")
    def tags(name: str | None, markdown: bool) -> None:
        """Print what each tag means, its arguments and where it may stand.

        With NAME, only the tags whose names contain it.

        \b
          codegen tags
          codegen tags genclient:onlyVerbs
          codegen tags --markdown > docs/tags.md
        """
        from codegen.tags import catalogue

        if markdown and name:
            raise click.UsageError("--markdown prints the whole catalogue: leave NAME out")
        text = catalogue.render_markdown() if markdown else catalogue.render_text(_bare(name))
        if not text:
            raise click.UsageError(f"no tag's name contains {name!r}: `codegen tags` prints all")
        click.echo(text, nl=not text.endswith("\n"))

    @group.command(short_help="Print what each diagnostic means.")
    @click.argument("code", required=False)
    @click.option("--markdown", is_flag=True, help="As a Markdown document.")
    def diagnostics(code: str | None, markdown: bool) -> None:
        """Print what each code of a diagnostic means, and how severe it is.

        With CODE, only the codes that contain it.

        \b
          codegen diagnostics
          codegen diagnostics unread-tag
          codegen diagnostics --markdown > docs/diagnostics.md
        """
        from codegen import codes

        if markdown and code:
            raise click.UsageError("--markdown prints the whole list: leave CODE out")
        text = codes.render_markdown() if markdown else codes.render_text((code or "").strip("[]"))
        if not text:
            raise click.UsageError(f"no code contains {code!r}: `codegen diagnostics` prints all")
        click.echo(text, nl=False)

    scaffold.add_commands(group)
    return click.version_option(__version__, message="codegen %(version)s")(group)


class _Group(click.Group):
    """Commands, and one for each generator, which is built when it is first used."""

    def __init__(self, single: Callable[[str], click.Command], names: Collection[str]) -> None:
        super().__init__(
            "codegen",
            help="From tagged Python modules to deep copies, clients, informers and manifests.",
            epilog=_EPILOG,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )
        self._single = single
        self._names = names

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*self.commands, *self._names])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._names:
            return self._single(cmd_name)
        return super().get_command(ctx, cmd_name)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    command = report_format(command)
    return click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of the project (default: the nearest with a pyproject.toml).",
    )(command)


def _cluster(command: Callable[..., None]) -> Callable[..., None]:
    """The options of commands that read files or a cluster."""
    for flag, parameter, metavar, help in (
        ("--context", "context", "NAME", "Context of the kubeconfig (default: the current one)."),
        ("--kubeconfig", "kubeconfig", "FILE", "Kubeconfig (default: the one of kubectl)."),
    ):
        command = click.option(flag, parameter, metavar=metavar, help=help)(command)
    for flag, parameter, help in (
        ("--kind", "kinds", "Import this kind of the cluster alone; may be repeated."),
        ("--group", "groups", "Import this group of the cluster alone; may be repeated."),
    ):
        name = flag.removeprefix("--").upper()
        command = click.option(flag, parameter, multiple=True, metavar=name, help=help)(command)
    return click.option("--from-cluster", is_flag=True, help="Import what a cluster has.")(command)


def _imports(command: Callable[..., None]) -> Callable[..., None]:
    """What every import takes: files or a cluster, and a folder for the packages."""
    command = click.option(
        "--check", is_flag=True, help="Write nothing; exit 1 with a diff if anything would change."
    )(command)
    command = click.option(
        "--output",
        "folder",
        default="apis",
        show_default=True,
        metavar="FOLDER",
        help="Folder for the packages, from the project's root.",
    )(command)
    return click.argument("files", nargs=-1, metavar="[FILE]...")(_cluster(command))


def _source(
    files: tuple[str, ...], *, from_cluster: bool, **selection: Any
) -> tuple[str, ...] | FromCluster:
    """What a command imports: files, or a part of a cluster."""
    if not from_cluster:
        flags = {"kinds": "--kind", "groups": "--group"}
        for name, value in selection.items():
            if value:
                flag = flags.get(name, f"--{name}")
                raise click.UsageError(f"{flag} goes with --from-cluster")
        if not files:
            raise click.UsageError("name files or folders, - for standard input, or --from-cluster")
        return files
    if files:
        raise click.UsageError("--from-cluster reads no files: leave FILE out")
    from codegen.importer.sources import FromCluster

    return FromCluster(**selection)


def _notes(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--notes", is_flag=True, help="List the notes too: what is written and has no effect."
    )(command)


def _single(generator: Generator, command: Callable[..., Command]) -> click.Command:
    own = (option for _, option in declared(generator.name, generator.options))
    options = [option for option in (*COMMON, *own) if option.flag]

    def run(root: Path | None, form: str, notes: bool, **values: Any) -> None:
        overrides = {
            o.key: values[_parameter(o)]
            for o in options
            if values[_parameter(o)] not in (None, "", (), [])
        }
        one = command(
            root=root, form=form, notes=notes, names=(generator.name,), overrides=overrides
        )
        raise SystemExit(one.generate())

    run = _common(_notes(run))
    for option in reversed(options):
        run = click.option(
            option.flag,
            _parameter(option),
            multiple=option.shape in _LISTS,
            callback=_split if option.shape in _LISTS else None,
            **_FORMS.get(option.shape, {"metavar": _METAVARS.get(option.shape)}),
            help=option.help,
        )(run)
    help = _SINGLE.format(name=generator.name, help=generator.help)
    return click.command(generator.name, short_help=generator.help, help=help)(run)


_LISTS = (Shape.FOLDERS, Shape.PLURALS, Shape.PACKAGES)
_METAVARS = {
    Shape.FOLDER: "FOLDER",
    Shape.FOLDERS: "FOLDER",
    Shape.FILE: "FILE",
    Shape.NAME: "NAME",
    Shape.PACKAGE: "PACKAGE",
    Shape.PLURALS: "KIND:PLURAL",
    Shape.PACKAGES: "TYPE:MODULE",
    Shape.SERVICE: "NAMESPACE/NAME",
    Shape.OBJECT_NAME: "NAME",
}
_FORMS: Mapping[Shape, Mapping[str, Any]] = {
    Shape.NUMBER: {"type": int, "metavar": "NUMBER"},
    Shape.FLAG: {"is_flag": True, "default": None},
}


def _bare(name: str | None) -> str:
    return (name or "").lstrip("#").strip().removeprefix("+")


def _parameter(option: Option) -> str:
    return option.flag.removeprefix("--").replace("-", "_")


def _split(_: click.Context, __: click.Parameter, values: Iterable[str]) -> list[str]:
    """Go's tools take `--input a,b` as well as `--input a --input b`."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
