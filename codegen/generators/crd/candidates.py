"""Which kinds get a CRD, and why the others do not.

A kind without a CRD is always accounted for: an error where a marker above it shows that a CRD is
wanted, else a note, and a warning where the whole run would write no CRD. Only what a tag switches
off (`+kubebuilder:skip`, `+kubebuilder:object:root=false`) is left out in silence.
"""

from __future__ import annotations

import msgspec

from codegen import kinds
from codegen.generators import Context
from codegen.kinds import Kind, KindVersion
from codegen.model import Package, Position, Struct
from codegen.tags import facts
from codegen.tags.declared.crd import VersionName
from codegen.tags.declared.package import GroupName

_APPROVED = "api-approved.kubernetes.io"


class _Obstacle(msgspec.Struct, frozen=True):
    """Why kinds of a package get no CRD, and what to do."""

    position: Position
    reason: str
    hint: str


def candidates(context: Context) -> list[Kind]:
    """The kinds that get a CRD, by group and name; the others are reported."""
    fitting: list[Kind] = []
    left_out: dict[_Obstacle, list[Struct]] = {}
    for kind in kinds.kinds(context.universe, context.settings.plural_exceptions):
        versions = [v for v in kind.versions if not facts.is_skipped(v.package.tags)]
        obstacle = _obstacle_of_group(versions) if versions else None
        if obstacle is not None:
            left_out.setdefault(obstacle, []).extend(v.struct for v in versions)
        elif versions:
            fitting.append(kind)
    for package in context.universe.packages:
        obstacle = _obstacle_of_package(package)
        structs = list(filter(kinds.is_kind, package.structs())) if obstacle else []
        if obstacle is not None and structs:
            left_out.setdefault(obstacle, []).extend(structs)
    for obstacle, structs in left_out.items():
        _report(context, obstacle, structs, is_all=not fitting)
    if not fitting and not left_out and not context.diagnostics.failed:
        _report_no_kinds(context)
    return fitting


def _report(context: Context, obstacle: _Obstacle, structs: list[Struct], *, is_all: bool) -> None:
    marked = [s for s in structs if facts.describes_crd(s.tags)]
    for struct in marked:
        context.diagnostics.error(
            obstacle.position,
            f"{struct.name.name} can have no CRD: {obstacle.reason}",
            code="bad-group",
            hint=obstacle.hint,
        )
    if marked:
        return
    names = sorted({s.name.name for s in structs})
    report = context.diagnostics.warning if is_all else context.diagnostics.note
    report(
        obstacle.position,
        f"no CRD for {', '.join(names)}: {obstacle.reason}",
        code="no-crd",
        hint=obstacle.hint,
    )


def _report_no_kinds(context: Context) -> None:
    """Explain an empty result: the input has API packages, or only others, without a kind."""
    skipped = [p for p in context.universe.packages if facts.is_skipped(p.tags)]
    for package in context.universe.packages:
        if package.group is not None and package not in skipped:
            context.diagnostics.warning(
                package.position,
                f"no CRD: {package.path} declares no kind",
                code="no-crd",
                hint="derive the kind from Object of kube.runtime",
            )


def _obstacle_of_package(package: Package) -> _Obstacle | None:
    if facts.is_skipped(package.tags):
        return None
    if package.group is None:
        return _Obstacle(
            package.position,
            "the package has no API group",
            "put +groupName=<group>.<domain> above the docstring of the package",
        )
    if package.internal:
        tag = package.tags.get(VersionName)
        return _Obstacle(
            package.position if tag is None else tag.at(),
            f"{package.version!r} is not a version",
            "rename the folder to a version such as v1alpha1, or put +versionName=v1alpha1 above "
            "the docstring of the package",
        )
    return None


def _obstacle_of_group(versions: list[KindVersion]) -> _Obstacle | None:
    """Why the server takes no CRD of the kind's group; built-in groups are so."""
    package = versions[0].package
    group = package.group or ""
    tag = package.tags.get(GroupName)
    position = package.position if tag is None else tag.at()
    if not group:
        return _Obstacle(
            position,
            "the core group has only built-in kinds",
            "put +groupName=<group>.<domain> above the docstring of the package",
        )
    if "." not in group:
        return _Obstacle(
            position,
            f"the group {group!r} has no domain",
            f"add a domain, such as {group}.example.com",
        )
    if f".{group}".endswith((".k8s.io", ".kubernetes.io")) and not any(
        text.startswith(f"{_APPROVED}=")
        for version in versions
        for text in facts.crd_annotations(version.struct.tags)
    ):
        return _Obstacle(
            position,
            f"the group {group} belongs to Kubernetes itself, and needs an approval",
            "name a group of your own, or add above the kind "
            f'+kubebuilder:metadata:annotations="{_APPROVED}=…"',
        )
    return None
