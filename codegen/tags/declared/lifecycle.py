"""Tags that say in which release an API came, is deprecated and goes."""

from __future__ import annotations

from codegen.tags.declaration import BOOLEAN, WORD, WORDS, DeclaredTag, Place, argument

# Why nothing reads a tag yet.
_LIFECYCLE = "lifecycles are not generated yet"


class PackageLifecycle(
    DeclaredTag,
    name="k8s:prerelease-lifecycle-gen",
    on=Place.PACKAGE,
    reader="lifecycle",
    unread=_LIFECYCLE,
):
    """Whether the kinds of the package tell their lifecycle."""

    value: bool = argument(BOOLEAN)


class TypeLifecycle(
    DeclaredTag,
    name="k8s:prerelease-lifecycle-gen",
    on=Place.CLASS,
    reader="lifecycle",
    unread=_LIFECYCLE,
):
    """Whether the kind tells its lifecycle, whatever the package says."""

    value: bool = argument(BOOLEAN)


class Introduced(
    DeclaredTag,
    name="k8s:prerelease-lifecycle-gen:introduced",
    on=Place.CLASS,
    reader="lifecycle",
    unread=_LIFECYCLE,
):
    """The release that introduced the kind; required."""

    value: str = argument(WORD)


class Deprecated(
    DeclaredTag,
    name="k8s:prerelease-lifecycle-gen:deprecated",
    on=Place.CLASS,
    reader="lifecycle",
    unread=_LIFECYCLE,
):
    """The release that deprecates it; by default three minor releases after introduced."""

    value: str = argument(WORD)


class Removed(
    DeclaredTag,
    name="k8s:prerelease-lifecycle-gen:removed",
    on=Place.CLASS,
    reader="lifecycle",
    unread=_LIFECYCLE,
):
    """The release that removes it; by default three minor releases after deprecated."""

    value: str = argument(WORD)


class Replacement(
    DeclaredTag,
    name="k8s:prerelease-lifecycle-gen:replacement",
    on=Place.CLASS,
    reader="lifecycle",
    unread=_LIFECYCLE,
):
    """What to use instead: group,version,Kind."""

    value: tuple[str, ...] = argument(WORDS)
