"""The marker that says what a controller may do."""

from codegen.tags.declaration import Argument, Declaration, Family, Kind, Place

TAGS = (
    Declaration(
        "kubebuilder:rbac",
        (Place.ANYWHERE,),
        "rbac",
        "A rule of the controller's role; with a namespace, of a Role there.",
        family=Family.MARKERS,
        arguments=(
            Argument("groups", Kind.STRINGS),
            Argument("resources", Kind.STRINGS),
            Argument("resourceNames", Kind.STRINGS),
            Argument("verbs", Kind.STRINGS, required=True),
            Argument("urls", Kind.STRINGS),
            Argument("namespace"),
            Argument("roleName"),
        ),
        repeatable=True,
    ),
)
