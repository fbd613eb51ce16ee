"""Markers of a whole CustomResourceDefinition."""

from codegen.tags.declaration import Argument, Declaration, Family, Kind, Place

_READER = "crd"
_STRING = Kind.STRING


def _marker(
    name: str,
    help: str,
    *arguments: Argument,
    places: tuple[Place, ...] = (Place.TYPE,),
    value: Kind = Kind.NONE,
    repeatable: bool = False,
) -> Declaration:
    return Declaration(
        name,
        places,
        _READER,
        help,
        family=Family.MARKERS,
        value=value,
        arguments=arguments,
        repeatable=repeatable,
    )


TAGS = (
    Declaration(
        "versionName",
        (Place.PACKAGE,),
        _READER,
        "The API version of the package; by default the package's name.",
        value=Kind.WORD,
    ),
    _marker("kubebuilder:skip", "No CRD comes of this package.", places=(Place.PACKAGE,)),
    _marker(
        "kubebuilder:resource",
        "Names and scope of the resource.",
        Argument("path"),
        Argument("shortName", Kind.STRINGS),
        Argument("categories", Kind.STRINGS),
        Argument("singular"),
        Argument("scope", choices=("Namespaced", "Cluster")),
    ),
    _marker("kubebuilder:subresource:status", "The resource has a status subresource."),
    _marker(
        "kubebuilder:subresource:scale",
        "The resource has a scale subresource.",
        Argument("specpath", required=True),
        Argument("statuspath", required=True),
        Argument("selectorpath"),
    ),
    _marker(
        "kubebuilder:printcolumn",
        "A column of `kubectl get`.",
        Argument("name", required=True),
        Argument(
            "type",
            required=True,
            choices=("integer", "number", "string", "boolean", "date"),
        ),
        Argument("JSONPath", required=True),
        Argument("description"),
        Argument("format"),
        Argument("priority", Kind.INTEGER),
        repeatable=True,
    ),
    _marker("kubebuilder:storageversion", "Objects are stored in this version."),
    _marker("kubebuilder:skipversion", "This version of the kind is left out of the CRD."),
    _marker("kubebuilder:unservedversion", "This version is in the CRD and is not served."),
    _marker(
        "kubebuilder:deprecatedversion",
        "The server warns whoever uses this version.",
        Argument("warning"),
    ),
    _marker(
        "kubebuilder:metadata",
        "Annotations and labels of the CRD, each key=value.",
        Argument("annotations", Kind.STRINGS),
        Argument("labels", Kind.STRINGS),
        repeatable=True,
    ),
    _marker(
        "kubebuilder:selectablefield",
        "A field that field selectors can name.",
        Argument("JSONPath", required=True),
        repeatable=True,
    ),
    _marker(
        "kubebuilder:externalDocs",
        "Where there is more documentation.",
        Argument("url", required=True),
        Argument("description"),
        places=(Place.TYPE, Place.FIELD),
    ),
)
