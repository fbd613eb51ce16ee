"""Places in users' own files where scaffolding inserts code."""

from __future__ import annotations

from codegen.tags.declaration import Marker, Place

# Why nothing reads some of them yet.
_WEBHOOKS = "scaffolding of webhooks is not available yet"
_SCHEME = "clients find the classes of kinds without a scheme"


class Imports(
    Marker,
    name="kubebuilder:scaffold:imports",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
):
    """Scaffolding inserts imports above this line."""


class Scheme(
    Marker,
    name="kubebuilder:scaffold:scheme",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_SCHEME,
):
    """In Go, registrations in the scheme are inserted above this line."""


class Builder(
    Marker,
    name="kubebuilder:scaffold:builder",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
):
    """Scaffolding inserts controllers above this line."""


class Input(
    Marker,
    name="kubebuilder:scaffold:input",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
):
    """Scaffolding inserts packages into `input` of `[tool.codegen]` above this line."""


class Dependencies(
    Marker,
    name="kubebuilder:scaffold:dependencies",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
):
    """Scaffolding inserts requirements into `dependencies` of `[project]` above this line."""


class Webhook(
    Marker,
    name="kubebuilder:scaffold:webhook",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_WEBHOOKS,
):
    """Scaffolding inserts webhooks above this line."""


class CrdKustomizeResource(
    Marker,
    name="kubebuilder:scaffold:crdkustomizeresource",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
):
    """Scaffolding inserts CRDs above this line."""


class CrdKustomizeWebhookPatch(
    Marker,
    name="kubebuilder:scaffold:crdkustomizewebhookpatch",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
    unread=_WEBHOOKS,
):
    """Scaffolding inserts conversion webhook patches above this line."""


class ManifestsKustomizeSamples(
    Marker,
    name="kubebuilder:scaffold:manifestskustomizesamples",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
):
    """Scaffolding inserts samples above this line."""


class RbacKustomizeRoles(
    Marker,
    name="kubebuilder:scaffold:rbackustomizeroles",
    on=Place.ANYWHERE,
    reader="scaffold",
    repeatable=True,
):
    """Scaffolding inserts the roles for users of an API above this line."""
