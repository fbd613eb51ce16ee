"""Tags that say which types get deep copies."""

from __future__ import annotations

from codegen.tags.declaration import BOOLEAN, WORD, WORDS, DeclaredTag, Marker, Place, argument


class PackageDeepCopy(DeclaredTag, name="k8s:deepcopy-gen", on=Place.PACKAGE, reader="deepcopy"):
    """Makes deep copies for all types of the package."""

    value: str = argument(WORD, choices=("package", "package,register"))


class TypeDeepCopy(DeclaredTag, name="k8s:deepcopy-gen", on=Place.CLASS, reader="deepcopy"):
    """Whether the type gets a deep copy, whatever the package says."""

    value: bool = argument(BOOLEAN)


class Interfaces(
    DeclaredTag,
    name="k8s:deepcopy-gen:interfaces",
    on=Place.CLASS,
    reader="deepcopy",
    repeatable=True,
):
    """Interfaces that the type has a deep_copy_<interface>() for."""

    value: tuple[str, ...] = argument(WORDS)


class NonpointerInterfaces(
    DeclaredTag,
    name="k8s:deepcopy-gen:nonpointer-interfaces",
    on=Place.CLASS,
    reader="deepcopy",
    repeatable=True,
    unread="Python has no pointers",
):
    """Whether deep_copy_<interface>() is for the value rather than a pointer to it."""

    value: bool = argument(BOOLEAN)


class ObjectGenerate(
    Marker, name="kubebuilder:object:generate", on=(Place.PACKAGE, Place.CLASS), reader="deepcopy"
):
    """Whether the type, or all types of the package, get a deep copy."""

    value: bool = argument(BOOLEAN)


class ObjectRoot(Marker, name="kubebuilder:object:root", on=Place.CLASS, reader="deepcopy"):
    """The type is a kind or its list, and gets deep_copy_object()."""

    value: bool = argument(BOOLEAN)
