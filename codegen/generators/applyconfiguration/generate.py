"""Apply configurations: what a field manager wants of an object, and nothing else of it.

    <applyconfiguration>/__init__.py              from a kind to its class, imported on demand
    <applyconfiguration>/<group>/<version>.py     a twin for each struct of the version

A twin has the fields of its class, each of them optional, so that what is not set is not sent. The
twins of a version are in one module, since they refer to each other; those of other versions, and
the classes of the API itself, are imported when a document is first decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from codegen import formatting, kinds
from codegen.generators import Artifact, Context
from codegen.generators.applyconfiguration import Options
from codegen.generators.applyconfiguration.homes import Home, Homes, twin_name
from codegen.generators.applyconfiguration.reach import applied_fields, is_inherited, reachable
from codegen.generators.applyconfiguration.twins import (
    RUNTIME,
    Deferred,
    Printer,
    function_names,
    is_wide,
)
from codegen.generators.imports import Imports
from codegen.generators.render import render
from codegen.model import QualifiedName, Struct

Known: TypeAlias = dict[QualifiedName, kinds.Kind]


def generate(context: Context) -> Iterator[Artifact]:
    homes = Homes(context)
    by_home: dict[Home, list[Struct]] = {}
    for struct in reachable(context, homes):
        home = homes.of(struct.name)
        assert isinstance(home, Home)
        by_home.setdefault(home, []).append(struct)
    if not by_home:
        return
    for structs in by_home.values():
        _report_same_names(context, structs)
    known = kinds.by_class(context.universe, context.settings.plural_exceptions)
    yield _package(context, homes, by_home, known)
    folder = context.settings.of(Options).output_dir
    for group in sorted({home.group for home in by_home}):
        yield render(context.settings, "applyconfiguration", f"{folder}/{group}/__init__.py")
    for home, structs in sorted(by_home.items()):
        yield _module(context, homes, home, structs, known)


def _report_same_names(context: Context, structs: Sequence[Struct]) -> None:
    """Nested classes and bound generic ones lose their punctuation, which may tell two apart."""
    first: dict[str, Struct] = {}
    for struct in structs:
        name = twin_name(struct.name)
        other = first.setdefault(name, struct)
        if other is not struct:
            context.diagnostics.error(
                struct.position,
                f"{struct.name.name} and {other.name.name} would both have the apply configuration "
                f"{name}",
                hint="rename one of them",
                code="duplicate-apply-configuration",
            )


def _package(
    context: Context, homes: Homes, by_home: dict[Home, list[Struct]], known: Known
) -> Artifact:
    imports = Imports(["apply_configuration_for"])
    group_version = imports.name("kube.runtime", "GroupVersion")
    modules: dict[tuple[str, str], str] = {}
    for home, structs in by_home.items():
        for struct in structs:
            package = homes.package(struct.name.module)
            if struct.name in known and package is not None and package.group is not None:
                modules[package.group, package.version] = f".{home.group}.{home.version}"
    entries = []
    for names, module in sorted(modules.items()):
        key = formatting.call(group_version, [formatting.string(name) for name in names])
        entries.append(formatting.fitted(key, 4, f": {formatting.string(module)},"))
    return render(
        context.settings,
        "applyconfiguration",
        f"{context.settings.of(Options).output_dir}/__init__.py",
        "package",
        gvk=imports.name("kube.runtime", "GroupVersionKind"),
        group_version=group_version,
        any=imports.name("typing", "Any"),
        mapping=imports.name("collections.abc", "Mapping"),
        base=imports.name(RUNTIME, "ApplyConfiguration"),
        find=imports.name(RUNTIME, "find_configuration"),
        entries=entries,
        imports=imports,
    )


def _module(
    context: Context,
    homes: Homes,
    home: Home,
    structs: Sequence[Struct],
    known: Known,
) -> Artifact:
    kinds_here = [s for s in structs if s.kind == "object" and s.name in known]
    functions = function_names(kinds_here)
    names = [twin_name(struct.name) for struct in structs]
    names += [name for each in functions.values() for name in (each.make, each.extract)]
    # A field would hide what the annotations of its class name.
    names += {field.name for struct in structs for field in applied_fields(struct)}
    imports = Imports(names)
    packages = {p.module for s in structs if (p := homes.package(s.name.module)) is not None}
    deferred = Deferred(imports, home, frozenset(packages))
    printer = Printer(context.universe, homes, imports, deferred)
    twins = [printer.twin(struct) for struct in _bases_first(context, homes, structs)]
    texts = [
        text
        for struct in kinds_here
        for text in printer.functions(struct, known[struct.name], functions[struct.name])
    ]
    statements = []
    if deferred.is_needed:
        statements = deferred.statements(imports.name(RUNTIME, "DeferredModule"))
    return render(
        context.settings,
        "applyconfiguration",
        homes.module(home).path,
        "module",
        about=f"The apply configurations of {_about(context, homes, structs, home)}.",
        wide=any(map(is_wide, twins)),
        statements=statements,
        checking=imports.name("typing", "TYPE_CHECKING") if statements else "",
        twins=twins,
        functions=texts,
        imports=imports,
    )


def _about(context: Context, homes: Homes, structs: Sequence[Struct], home: Home) -> str:
    package = homes.package(structs[0].name.module)
    if package is None or package.group is None:
        return f"{home.group}/{home.version}"
    return f"{package.group}/{package.version}" if package.group else package.version


def _bases_first(context: Context, homes: Homes, structs: Sequence[Struct]) -> Iterator[Struct]:
    """The structs in the order of their names, each behind those that its twin derives from."""
    done: set[str] = set()

    def placed(struct: Struct) -> Iterator[Struct]:
        if str(struct.name) in done:
            return
        done.add(str(struct.name))
        for name in struct.bases:
            base = context.universe.types.get(name)
            if isinstance(base, Struct) and is_inherited(struct, base, homes):
                yield from placed(base)
        yield struct

    for struct in structs:
        yield from placed(struct)
