"""What `codegen create api` makes of PROJECT. Pure: from a project and a wish to a project."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from codegen import naming
from codegen.scaffold import core_kinds
from codegen.scaffold.names import ApiNames
from codegen.scaffold.project import Project, Resource


class Wanted(msgspec.Struct, frozen=True):
    """What is asked for. `namespaced` is None where nothing was said of it."""

    resource: Resource
    namespaced: bool | None = None


class RefusedError(Exception):
    """What cannot be added, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))


def added(project: Project, wanted: Wanted, *, force: bool = False) -> Project:
    """The project with a kind, its controller, or both. Raises RefusedError.

    What is there already is kept: to ask for it again changes nothing. With `force` its plural and
    its scope become those that are asked for.
    """
    if not (wanted.resource.has_api or wanted.resource.has_controller):
        raise RefusedError([f"nothing to add of {wanted.resource.kind}: --resource, --controller"])
    resource = _completed(project, wanted)
    former = project.find(resource.key)
    if former is not None:
        resource = replace(
            resource,
            has_api=resource.has_api or former.has_api,
            has_controller=resource.has_controller or former.has_controller,
            other=former.other,
            other_of_api=former.other_of_api,
        )
        if not wanted.resource.has_api and not force:
            resource = replace(resource, plural=former.plural, namespaced=former.namespaced)
    faults = list(dict.fromkeys(_faults(project, former, resource, force=force)))
    if faults:
        raise RefusedError(faults)
    return project.with_resource(resource)


def _completed(project: Project, wanted: Wanted) -> Resource:
    """The resource with its domain, its module and its scope."""
    resource = wanted.resource
    own = project.find(replace(resource, domain=project.domain).key)
    if resource.is_core and not (own and own.has_api):
        return replace(
            resource,
            domain=core_kinds.domain_of(resource.group),
            path=core_kinds.module_of(resource.group, resource.version),
        )
    if resource.is_external:
        return resource
    resource = replace(resource, domain=project.domain, is_core=False)
    if resource.plural == naming.plural(resource.kind).lower():
        resource = replace(resource, plural="")
    sibling = next((each for each in _versions(project, resource) if each != resource), None)
    namespaced = wanted.namespaced
    if sibling is not None:
        resource = replace(resource, plural=resource.plural or sibling.plural)
        namespaced = sibling.namespaced if namespaced is None else namespaced
    resource = replace(resource, namespaced=namespaced is not False)
    return replace(resource, path=ApiNames(project, resource).api_module)


def _versions(project: Project, resource: Resource) -> list[Resource]:
    """The versions of the resource's kind that the project defines."""
    kind = (resource.group, resource.domain, resource.kind)
    return [
        each
        for each in project.resources
        if each.has_api and (each.group, each.domain, each.kind) == kind
    ]


def _faults(
    project: Project, former: Resource | None, resource: Resource, *, force: bool
) -> Iterator[str]:
    names = ApiNames(project, resource)
    what = f"{names.group or 'core'}/{resource.version} {resource.kind}"
    if former is None and not (resource.has_api or resource.is_core or resource.is_external):
        yield (
            f"no {what} is in PROJECT for a controller to follow: --resource defines it here, "
            f"--external-api-path names the module that has it{_core_versions(resource.group)}"
        )
    if former is not None and former != resource and not force:
        for option in ("plural", "namespaced", "path", "module"):
            old, new = getattr(former, option), getattr(resource, option)
            if former.has_api and old != new:
                yield f"{what} exists with another {option}: {old or 'none'}; --force changes it"
    if resource.has_api:
        yield from _faults_of_kind(project, resource, names)
    if resource.has_controller:
        yield from _faults_of_controller(project, resource, names)


def _core_versions(group: str) -> str:
    """A hint where the group is one of Kubernetes, of which kube.api has some versions."""
    if not core_kinds.is_group(group):
        return ""
    return (
        f"; of Kubernetes' own kinds kube.api has {group}/{', '.join(core_kinds.versions(group))}"
    )


def _faults_of_kind(project: Project, resource: Resource, names: ApiNames) -> Iterator[str]:
    if project.namespaced and not resource.namespaced:
        yield (
            f"{resource.kind} would be in no namespace, and the manager of this project works in "
            "its own alone"
        )
    for other in _versions(project, resource):
        if other.version != resource.version and (
            other.namespaced != resource.namespaced or other.plural != resource.plural
        ):
            yield (
                f"{resource.kind} has another scope or plural in {other.version}, and all versions "
                "of a kind share them"
            )
    for each in project.resources:
        other_names = ApiNames(project, each)
        if not each.has_api or each.key == resource.key:
            continue
        if each.group != resource.group:
            yield from _faults_of_group(project, resource, each)
        elif each.kind != resource.kind and other_names.lower == names.lower:
            yield f"{resource.kind} and {each.kind} differ in capitals alone"
        elif each.kind != resource.kind and other_names.plural == names.plural:
            yield f"{each.kind} has the plural {names.plural} already: --plural"


def _faults_of_group(project: Project, resource: Resource, other: Resource) -> Iterator[str]:
    if not project.multigroup:
        yield (
            f"this project has the group {other.group}, and a folder for one group alone: "
            "`codegen edit --multigroup` makes one for each"
        )
    elif ApiNames(project, other).group_module == ApiNames(project, resource).group_module:
        yield f"the groups {other.group} and {resource.group} would share a folder"


def _faults_of_controller(project: Project, resource: Resource, names: ApiNames) -> Iterator[str]:
    for each in project.resources:
        if not each.has_controller or each.key == resource.key:
            continue
        if ApiNames(project, each).controller_module == names.controller_module:
            same = each.group == resource.group
            hint = "--no-controller" if same else "`codegen edit --multigroup` keeps them apart"
            yield (
                f"{each.kind} of {each.group}/{each.version} has a controller of that name "
                f"already: {hint}"
            )
