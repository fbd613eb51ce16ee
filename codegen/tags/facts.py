"""What the tags of a declaration mean together, whichever family they are written in.

Generators ask here and never for a spelling: `+genclient:nonNamespaced` and
`+kubebuilder:resource:scope=Cluster` are one fact.
"""

from __future__ import annotations

from codegen.model import Tag, Tags
from codegen.tags.declared import crd, deepcopy, genclient, package
from codegen.tags.declared.genclient import Verb

OBJECT = "kube.runtime.Object"
GO_OBJECT = "k8s.io/apimachinery/pkg/runtime.Object"

READ_VERBS = frozenset({Verb.GET, Verb.LIST, Verb.WATCH})
_OF_CRDS: tuple[type[Tag], ...] = (
    crd.StatusSubresource,
    crd.ScaleSubresource,
    crd.PrintColumn,
    crd.Resource,
    crd.StorageVersion,
    crd.UnservedVersion,
    crd.DeprecatedVersion,
    crd.SelectableField,
)
APPLY_VERBS = frozenset({Verb.APPLY, Verb.APPLY_STATUS})
STATUS_VERBS = frozenset({Verb.UPDATE_STATUS, Verb.APPLY_STATUS})


# --- packages -----------------------------------------------------------------------------------


def group_name(package_tags: Tags) -> str | None:
    """The API group; "" is the core group, None a package that is not an API."""
    tag = package_tags.get(package.GroupName)
    return None if tag is None else tag.value


def group_accessor(package_tags: Tags) -> str | None:
    """The name that `+groupGoName` gives the group's accessor, as written."""
    tag = package_tags.get(package.GroupGoName)
    return None if tag is None else tag.value


def version_name(package_tags: Tags) -> str | None:
    """The version that overrides the package's name."""
    tag = package_tags.get(crd.VersionName)
    return None if tag is None else tag.value


def register_enabled(package_tags: Tags) -> bool:
    """Whether the package gets a registration: it has a group, and nothing says otherwise."""
    tag = package_tags.get(package.RegisterGen)
    return group_name(package_tags) is not None if tag is None else tag.value


def generator_enabled(switch: type[package.Switch], type_tags: Tags, package_tags: Tags) -> bool:
    """Whether a generator that a switch is for may run on a type: yes by default.

    A type's tag wins over its package's.
    """
    for tags in (type_tags, package_tags):
        tag = tags.get(switch)
        if tag is not None:
            return tag.value
        marker = tags.get(package.AcGenerate)
        if switch is package.ApplyConfigurationGen and marker is not None:
            return marker.value
    return True


# --- kinds --------------------------------------------------------------------------------------


def has_client(tags: Tags) -> bool:
    return genclient.Genclient in tags


def is_namespaced(tags: Tags) -> bool:
    resource = tags.get(crd.Resource)
    cluster_scoped = resource is not None and resource.scope == "Cluster"
    return genclient.NonNamespaced not in tags and not cluster_scoped


def has_resource(tags: Tags) -> bool:
    """Whether the tags describe the resource, by arguments or by their absence."""
    return crd.Resource in tags


def describes_crd(tags: Tags) -> bool:
    """Whether a tag stands here that has a meaning only in a CRD."""
    return any(tag in tags for tag in _OF_CRDS)


def is_skipped(package_tags: Tags) -> bool:
    """Whether no kind of the package has a CRD."""
    return crd.Skip in package_tags


def is_skipped_version(tags: Tags) -> bool:
    """Whether the CRD leaves this version of the kind out."""
    return crd.SkipVersion in tags


def is_served(tags: Tags) -> bool:
    """Whether the CRD serves this version of the kind."""
    return crd.UnservedVersion not in tags


def crd_annotations(tags: Tags) -> tuple[str, ...]:
    """The annotations of the CRD, `key=value` each."""
    return tuple(pair for tag in tags.all(crd.Metadata) for pair in tag.annotations or ())


def plural_override(tags: Tags) -> str | None:
    """The plural that the tags give, where it is not the regular one."""
    name = tags.get(genclient.ResourceName)
    if name is not None:
        return name.value
    resource = tags.get(crd.Resource)
    return None if resource is None else resource.path


def singular_override(tags: Tags) -> str | None:
    """The singular that the tags give, where it is not the lower-cased kind."""
    resource = tags.get(crd.Resource)
    return None if resource is None else resource.singular


def verbs(tags: Tags) -> frozenset[Verb]:
    """What the client can do.

    A type without a field `status` has no status verbs either; the tags alone cannot know that.
    """
    if not has_client(tags) or genclient.NoVerbs in tags:
        return frozenset()
    only = {verb for tag in tags.all(genclient.OnlyVerbs) for verb in tag.value}
    if genclient.ReadOnly in tags:
        only |= READ_VERBS
    skipped = {verb for tag in tags.all(genclient.SkipVerbs) for verb in tag.value}
    chosen = frozenset(only or Verb) - skipped
    return chosen - STATUS_VERBS if genclient.NoStatus in tags else chosen


def has_status(tags: Tags) -> bool:
    """Whether a kind with a status has it as a subresource: its CRD says so, or its client."""
    return crd.StatusSubresource in tags or (has_client(tags) and genclient.NoStatus not in tags)


# --- deep copies --------------------------------------------------------------------------------


def copy_interfaces(tags: Tags) -> tuple[str, ...]:
    """The dotted paths of the interfaces that get a `deep_copy_<interface>`, each once."""
    wanted = [
        OBJECT if name == GO_OBJECT else name
        for tag in tags.all(deepcopy.Interfaces)
        for name in tag.value
    ]
    root = tags.get(deepcopy.ObjectRoot)
    if root is not None and root.value:
        wanted.append(OBJECT)
    return tuple(dict.fromkeys(wanted))


def is_root(tags: Tags) -> bool:
    """Whether a class that derives from Object is a kind, and not only there to be inlined."""
    root = tags.get(deepcopy.ObjectRoot)
    return root is None or root.value


def deepcopy_enabled(type_tags: Tags, package_tags: Tags) -> bool:
    """Whether a type gets a deep copy: its own tag, else its package's, else an interface's."""
    own = type_tags.get(deepcopy.TypeDeepCopy) or type_tags.get(deepcopy.ObjectGenerate)
    if own is not None:
        return own.value
    whole = package_tags.get(deepcopy.ObjectGenerate)
    if deepcopy.PackageDeepCopy in package_tags or (whole is not None and whole.value):
        return True
    return bool(copy_interfaces(type_tags))
