"""The classes of `kube.client` that a generated client derives from, and what they define.

The toolchain never imports the runtime; a test holds these names against its classes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from codegen.tags.declared.genclient import Verb

RESOURCE_CLIENT = "ResourceClient"

# In the order of their names: an expansion that derives from some of them must have the same.
MIXINS: Mapping[Verb, str] = {
    Verb.APPLY: "Applies",
    Verb.APPLY_STATUS: "AppliesStatus",
    Verb.CREATE: "Creates",
    Verb.DELETE: "Deletes",
    Verb.DELETE_COLLECTION: "DeletesCollection",
    Verb.GET: "Gets",
    Verb.LIST: "Lists",
    Verb.PATCH: "Patches",
    Verb.UPDATE: "Updates",
    Verb.UPDATE_STATUS: "UpdatesStatus",
    Verb.WATCH: "Watches",
}

MEMBERS: Mapping[str, frozenset[str]] = {
    RESOURCE_CLIENT: frozenset({"namespace", "resource"}),
    "Applies": frozenset({"apply"}),
    "AppliesStatus": frozenset({"apply_status"}),
    "Creates": frozenset({"create"}),
    "Deletes": frozenset({"delete"}),
    "DeletesCollection": frozenset({"delete_collection"}),
    "Gets": frozenset({"get"}),
    "Lists": frozenset({"iterate", "list", "pages"}),
    "Patches": frozenset({"patch"}),
    "Updates": frozenset({"update"}),
    "UpdatesStatus": frozenset({"update_status"}),
    "Watches": frozenset({"watch"}),
}
"""The public members that each class adds to those of ResourceClient."""


def classes_of(verbs: Collection[Verb]) -> list[str]:
    """The classes that a client with these verbs derives from, ResourceClient included."""
    return [RESOURCE_CLIENT, *(name for verb, name in MIXINS.items() if verb in verbs)]
