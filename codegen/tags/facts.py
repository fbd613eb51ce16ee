"""What the tags of a declaration say together, whichever family they are written in.

Generators ask here and never for a spelling: `+genclient:nonNamespaced` and
`+kubebuilder:resource:scope=Cluster` are one fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from codegen.model import Position, Tag, Tags

OBJECT = "kube.runtime.Object"
GO_OBJECT = "k8s.io/apimachinery/pkg/runtime.Object"


class Verb(StrEnum):
    """The verbs of a client, as the tags spell them."""

    CREATE = "create"
    UPDATE = "update"
    UPDATE_STATUS = "updateStatus"
    DELETE = "delete"
    DELETE_COLLECTION = "deleteCollection"
    GET = "get"
    LIST = "list"
    WATCH = "watch"
    PATCH = "patch"
    APPLY = "apply"
    APPLY_STATUS = "applyStatus"


_VERB_NAMES = frozenset(str(verb) for verb in Verb)
READ_VERBS = frozenset({Verb.GET, Verb.LIST, Verb.WATCH})
STATUS_VERBS = frozenset({Verb.UPDATE_STATUS, Verb.APPLY_STATUS})


@dataclass(frozen=True, slots=True)
class ExtensionMethod:
    """A method that `+genclient:method` adds to a client.

    `name` is as written (`UpdateScale`); `input` and `result` are a type's name in the same
    package, or its dotted path, and empty for the kind itself. `tag` has the positions.
    """

    name: str
    verb: Verb
    subresource: str
    input: str
    result: str
    tag: Tag

    @property
    def position(self) -> Position:
        return self.tag.position


def words(tags: Tags, name: str) -> tuple[str, ...]:
    """The elements of all lists that a tag gives, each once, in order."""
    found: dict[str, None] = {}
    for tag in tags.all(name):
        if isinstance(tag.value, list):
            found.update(dict.fromkeys(str(element) for element in tag.value))
    return tuple(found)


def _text(tags: Tags, name: str) -> str | None:
    tag = tags.first(name)
    return None if tag is None else str(tag.value)


def _flag(tags: Tags, name: str) -> bool | None:
    tag = tags.first(name)
    return None if tag is None else bool(tag.value)


def resource(tags: Tags) -> Mapping[str, object]:
    """The arguments of `+kubebuilder:resource`."""
    tag = tags.first("kubebuilder:resource")
    return {} if tag is None else tag.arguments


# --- packages -----------------------------------------------------------------------------------


def group_name(package_tags: Tags) -> str | None:
    """The API group; "" is the core group, None a package that is no API."""
    return _text(package_tags, "groupName")


def group_accessor(package_tags: Tags) -> str | None:
    """The name that `+groupGoName` gives the group's accessor, as written."""
    return _text(package_tags, "groupGoName")


def version_name(package_tags: Tags) -> str | None:
    """The version that overrides the package's name."""
    return _text(package_tags, "versionName")


def register_enabled(package_tags: Tags) -> bool:
    """Whether the package gets a registration: it has a group, and nothing says otherwise."""
    wanted = _flag(package_tags, "k8s:register-gen")
    return group_name(package_tags) is not None if wanted is None else wanted


def generator_enabled(generator: str, type_tags: Tags, package_tags: Tags) -> bool:
    """Whether `client`, `lister`, `informer` or `applyconfiguration` may be made: yes by default.

    A type's tag wins over its package's.
    """
    for tags in (type_tags, package_tags):
        wanted = _flag(tags, f"k8s:{generator}-gen")
        if wanted is None and generator == "applyconfiguration":
            wanted = _flag(tags, "kubebuilder:ac:generate")
        if wanted is not None:
            return wanted
    return True


# --- kinds --------------------------------------------------------------------------------------


def has_client(tags: Tags) -> bool:
    return "genclient" in tags


def is_namespaced(tags: Tags) -> bool:
    return "genclient:nonNamespaced" not in tags and resource(tags).get("scope") != "Cluster"


def has_resource(tags: Tags) -> bool:
    """Whether the tags describe the resource, by arguments or by their absence."""
    return "kubebuilder:resource" in tags


def describes_crd(tags: Tags) -> bool:
    """Whether a tag stands here that has a meaning only in a CRD."""
    return any(
        f"kubebuilder:{name}" in tags
        for name in (
            "subresource:status",
            "subresource:scale",
            "printcolumn",
            "resource",
            "storageversion",
            "unservedversion",
            "deprecatedversion",
            "selectablefield",
        )
    )


def is_skipped(package_tags: Tags) -> bool:
    """Whether no kind of the package has a CRD."""
    return "kubebuilder:skip" in package_tags


def is_skipped_version(tags: Tags) -> bool:
    """Whether the CRD leaves this version of the kind out."""
    return "kubebuilder:skipversion" in tags


def is_served(tags: Tags) -> bool:
    """Whether the CRD serves this version of the kind."""
    return "kubebuilder:unservedversion" not in tags


def crd_annotations(tags: Tags) -> tuple[str, ...]:
    """The annotations of the CRD, `key=value` each."""
    found = [tag.arguments.get("annotations") for tag in tags.all("kubebuilder:metadata")]
    return tuple(str(pair) for pairs in found if isinstance(pairs, list) for pair in pairs)


def plural_override(tags: Tags) -> str | None:
    """The plural that the tags give, where it is not the regular one."""
    path = resource(tags).get("path")
    return _text(tags, "resourceName") or (str(path) if path else None)


def singular_override(tags: Tags) -> str | None:
    """The singular that the tags give, where it is not the lower-cased kind."""
    singular = resource(tags).get("singular")
    return str(singular) if singular else None


def verbs(tags: Tags) -> frozenset[Verb]:
    """What the client can do.

    A type without a field `status` has no status verbs either; the tags alone cannot know that.
    """
    if not has_client(tags) or "genclient:noVerbs" in tags:
        return frozenset()
    only = {Verb(v) for v in words(tags, "genclient:onlyVerbs") if v in _VERB_NAMES}
    if "genclient:readonly" in tags:
        only |= READ_VERBS
    chosen = frozenset(only or Verb) - set(words(tags, "genclient:skipVerbs"))
    return chosen - STATUS_VERBS if "genclient:noStatus" in tags else chosen


def extension_methods(tags: Tags) -> tuple[ExtensionMethod, ...]:
    """The methods that the tags add to the client, in order."""

    def text(tag: Tag, argument: str) -> str:
        return str(tag.arguments.get(argument, ""))

    return tuple(
        ExtensionMethod(
            str(tag.value),
            Verb(text(tag, "verb")),
            text(tag, "subresource"),
            text(tag, "input"),
            text(tag, "result"),
            tag,
        )
        for tag in tags.all("genclient:method")
        if text(tag, "verb") in _VERB_NAMES
    )


# --- deep copies --------------------------------------------------------------------------------


def copy_interfaces(tags: Tags) -> tuple[str, ...]:
    """The dotted paths of the interfaces that get a `deep_copy_<interface>`, each once."""
    asked = (
        OBJECT if name == GO_OBJECT else name for name in words(tags, "k8s:deepcopy-gen:interfaces")
    )
    root = (OBJECT,) if _flag(tags, "kubebuilder:object:root") else ()
    return tuple(dict.fromkeys((*asked, *root)))


def is_root(tags: Tags) -> bool:
    """Whether a class that derives from Object is a kind, and not only there to be inlined."""
    return _flag(tags, "kubebuilder:object:root") is not False


def deepcopy_enabled(type_tags: Tags, package_tags: Tags) -> bool:
    """Whether a type gets a deep copy: its own tag, else its package's, else an interface's."""
    for name in ("k8s:deepcopy-gen", "kubebuilder:object:generate"):
        wanted = _flag(type_tags, name)
        if wanted is not None:
            return wanted
    if "k8s:deepcopy-gen" in package_tags or _flag(package_tags, "kubebuilder:object:generate"):
        return True
    return bool(copy_interfaces(type_tags))
