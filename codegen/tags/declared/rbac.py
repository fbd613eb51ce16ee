"""The marker that says what a controller may do."""

from __future__ import annotations

from codegen.tags.declaration import STRING, STRINGS, Marker, Place, argument


class Rbac(Marker, name="kubebuilder:rbac", on=Place.ANYWHERE, reader="rbac", repeatable=True):
    """A rule of the controller's role; with a namespace, of a Role there."""

    groups: tuple[str, ...] | None = argument(STRINGS, default=None)
    resources: tuple[str, ...] | None = argument(STRINGS, default=None)
    resource_names: tuple[str, ...] | None = argument(STRINGS, default=None)
    verbs: tuple[str, ...] = argument(STRINGS)
    urls: tuple[str, ...] | None = argument(STRINGS, default=None)
    namespace: str | None = argument(STRING, default=None)
    role_name: str | None = argument(STRING, default=None)
