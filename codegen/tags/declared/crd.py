"""Markers of a whole CustomResourceDefinition."""

from __future__ import annotations

from codegen.tags.declaration import (
    INTEGER,
    STRING,
    STRINGS,
    TYPE,
    WORD,
    DeclaredTag,
    Marker,
    Place,
    argument,
)


class VersionName(DeclaredTag, name="versionName", on=Place.PACKAGE, reader="crd"):
    """The API version of the package; by default the package's name."""

    value: str = argument(WORD)


class Skip(Marker, name="kubebuilder:skip", on=Place.PACKAGE, reader="crd"):
    """No CRD comes of this package."""


class Resource(Marker, name="kubebuilder:resource", on=TYPE, reader="crd"):
    """Names and scope of the resource."""

    path: str | None = argument(STRING, default=None)
    short_name: tuple[str, ...] | None = argument(STRINGS, default=None)
    categories: tuple[str, ...] | None = argument(STRINGS, default=None)
    singular: str | None = argument(STRING, default=None)
    scope: str | None = argument(STRING, choices=("Namespaced", "Cluster"), default=None)


class StatusSubresource(Marker, name="kubebuilder:subresource:status", on=TYPE, reader="crd"):
    """The resource has a status subresource."""


class ScaleSubresource(Marker, name="kubebuilder:subresource:scale", on=TYPE, reader="crd"):
    """The resource has a scale subresource."""

    specpath: str = argument(STRING)
    statuspath: str = argument(STRING)
    selectorpath: str | None = argument(STRING, default=None)


class PrintColumn(Marker, name="kubebuilder:printcolumn", on=TYPE, reader="crd", repeatable=True):
    """A column of `kubectl get`."""

    name: str = argument(STRING)
    type: str = argument(STRING, choices=("integer", "number", "string", "boolean", "date"))
    json_path: str = argument(STRING, name="JSONPath")
    description: str | None = argument(STRING, default=None)
    format: str | None = argument(STRING, default=None)
    priority: int | None = argument(INTEGER, default=None)


class StorageVersion(Marker, name="kubebuilder:storageversion", on=TYPE, reader="crd"):
    """Objects are stored in this version."""


class SkipVersion(Marker, name="kubebuilder:skipversion", on=TYPE, reader="crd"):
    """This version of the kind is left out of the CRD."""


class UnservedVersion(Marker, name="kubebuilder:unservedversion", on=TYPE, reader="crd"):
    """This version is in the CRD and is not served."""


class DeprecatedVersion(Marker, name="kubebuilder:deprecatedversion", on=TYPE, reader="crd"):
    """The server warns clients that use this version."""

    warning: str | None = argument(STRING, default=None)


class Metadata(Marker, name="kubebuilder:metadata", on=TYPE, reader="crd", repeatable=True):
    """Annotations and labels of the CRD, each key=value."""

    annotations: tuple[str, ...] | None = argument(STRINGS, default=None)
    labels: tuple[str, ...] | None = argument(STRINGS, default=None)


class SelectableField(
    Marker, name="kubebuilder:selectablefield", on=TYPE, reader="crd", repeatable=True
):
    """A field that field selectors can name."""

    json_path: str = argument(STRING, name="JSONPath")


class ExternalDocs(Marker, name="kubebuilder:externalDocs", on=(*TYPE, Place.FIELD), reader="crd"):
    """Where there is more documentation."""

    url: str = argument(STRING)
    description: str | None = argument(STRING, default=None)
