"""Tags that say which types get deep copies."""

from codegen.tags.declaration import Declaration, Family, Kind, Place

TAGS = (
    Declaration(
        "k8s:deepcopy-gen",
        (Place.PACKAGE,),
        "deepcopy",
        "Makes deep copies for all types of the package.",
        value=Kind.WORD,
        choices=("package", "package,register"),
    ),
    Declaration(
        "k8s:deepcopy-gen",
        (Place.TYPE,),
        "deepcopy",
        "Whether the type gets a deep copy, whatever the package says.",
        value=Kind.BOOLEAN,
    ),
    Declaration(
        "k8s:deepcopy-gen:interfaces",
        (Place.TYPE,),
        "deepcopy",
        "Interfaces that the type has a deep_copy_<interface>() for.",
        value=Kind.WORDS,
        repeatable=True,
    ),
    Declaration(
        "k8s:deepcopy-gen:nonpointer-interfaces",
        (Place.TYPE,),
        "deepcopy",
        "Whether deep_copy_<interface>() is for the value rather than a pointer to it.",
        value=Kind.BOOLEAN,
        repeatable=True,
    ),
    Declaration(
        "kubebuilder:object:generate",
        (Place.PACKAGE, Place.TYPE),
        "deepcopy",
        "Whether the type, or all types of the package, get a deep copy.",
        family=Family.MARKERS,
        value=Kind.BOOLEAN,
    ),
    Declaration(
        "kubebuilder:object:root",
        (Place.TYPE,),
        "deepcopy",
        "The type is a kind or its list, and gets deep_copy_object().",
        family=Family.MARKERS,
        value=Kind.BOOLEAN,
    ),
)
