"""Tags that ask for a typed client and say what it can do."""

from __future__ import annotations

from enum import StrEnum

from codegen.tags.declaration import (
    TEXT,
    TYPE,
    WORD,
    DeclaredTag,
    Place,
    argument,
    word_of,
    words_of,
)


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


class Genclient(DeclaredTag, name="genclient", on=TYPE, reader="clientset"):
    """Makes a typed client, a lister and an informer for the kind."""


class NonNamespaced(
    DeclaredTag, name="genclient:nonNamespaced", on=Place.CLASS, reader="clientset"
):
    """The kind is cluster-scoped."""


class NoStatus(DeclaredTag, name="genclient:noStatus", on=Place.CLASS, reader="clientset"):
    """The client has no updateStatus and no applyStatus, although the type has a status."""


class NoVerbs(DeclaredTag, name="genclient:noVerbs", on=Place.CLASS, reader="clientset"):
    """The client has only extension methods, and no informer is generated."""


class ReadOnly(DeclaredTag, name="genclient:readonly", on=Place.CLASS, reader="clientset"):
    """The client has get, list and watch, and what onlyVerbs adds."""


class OnlyVerbs(DeclaredTag, name="genclient:onlyVerbs", on=Place.CLASS, reader="clientset"):
    """The client has these verbs and no others."""

    value: tuple[Verb, ...] = argument(words_of(Verb))


class SkipVerbs(DeclaredTag, name="genclient:skipVerbs", on=Place.CLASS, reader="clientset"):
    """The client has all verbs but these."""

    value: tuple[Verb, ...] = argument(words_of(Verb))


class Method(
    DeclaredTag, name="genclient:method", on=Place.CLASS, reader="clientset", repeatable=True
):
    """Adds a method of this name to the client, on a subresource or with other types."""

    value: str = argument(WORD)
    verb: Verb = argument(word_of(Verb))
    subresource: str | None = argument(WORD, default=None)
    input: str | None = argument(WORD, default=None)
    result: str | None = argument(WORD, default=None)


class ResourceName(DeclaredTag, name="resourceName", on=Place.CLASS, reader="clientset"):
    """The plural of the kind, where it is not the regular one."""

    value: str = argument(WORD)


class ResourcePath(
    DeclaredTag,
    name="resource:path",
    on=Place.CLASS,
    reader="clientset",
    unread="write +resourceName, which overrides the plural",
):
    """An old spelling of +resourceName."""

    value: str = argument(TEXT, empty=True)
