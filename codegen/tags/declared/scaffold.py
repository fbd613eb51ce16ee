"""Places in users' own files where scaffolding inserts code."""

from __future__ import annotations

from codegen.tags.declaration import Marker, Place

# Why nothing reads a tag yet.
_SCAFFOLDING = "scaffolding is not available yet"


class Imports(
    Marker,
    name="kubebuilder:scaffold:imports",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCAFFOLDING,
):
    """Scaffolding inserts imports above this line."""


class Scheme(
    Marker,
    name="kubebuilder:scaffold:scheme",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCAFFOLDING,
):
    """Scaffolding inserts registrations in the scheme above this line."""


class Builder(
    Marker,
    name="kubebuilder:scaffold:builder",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCAFFOLDING,
):
    """Scaffolding inserts controllers above this line."""


class Webhook(
    Marker,
    name="kubebuilder:scaffold:webhook",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCAFFOLDING,
):
    """Scaffolding inserts webhooks above this line."""


class CrdKustomizeResource(
    Marker,
    name="kubebuilder:scaffold:crdkustomizeresource",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCAFFOLDING,
):
    """Scaffolding inserts CRDs above this line."""


class CrdKustomizeWebhookPatch(
    Marker,
    name="kubebuilder:scaffold:crdkustomizewebhookpatch",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCAFFOLDING,
):
    """Scaffolding inserts conversion webhook patches above this line."""


class ManifestsKustomizeSamples(
    Marker,
    name="kubebuilder:scaffold:manifestskustomizesamples",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCAFFOLDING,
):
    """Scaffolding inserts samples above this line."""
