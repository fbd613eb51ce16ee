"""Tags that say what a package is, and which generators pass over it."""

from codegen.tags.declaration import Declaration, Kind, Place

TAGS = (
    Declaration(
        "groupName",
        (Place.PACKAGE,),
        "register",
        "The API group of the package; empty for the core group.",
        value=Kind.WORD,
        empty=True,
    ),
    Declaration(
        "groupGoName",
        (Place.PACKAGE,),
        "register",
        "The name of the group's accessor, where two groups share their first segment.",
        value=Kind.WORD,
    ),
    Declaration(
        "k8s:register-gen",
        (Place.PACKAGE,),
        "register",
        "Whether the package gets a generated registration.",
        value=Kind.BOOLEAN,
        bare=True,
    ),
    *(
        Declaration(
            f"k8s:{generator}-gen",
            (Place.PACKAGE, Place.TYPE),
            reader,
            f"Whether {what} generated; on by default, and a type's own tag wins.",
            value=Kind.BOOLEAN,
            bare=True,
        )
        for generator, reader, what in (
            ("client", "clientset", "typed clients are"),
            ("lister", "lister", "a lister is"),
            ("informer", "informer", "an informer is"),
            ("applyconfiguration", "applyconfiguration", "an apply configuration is"),
        )
    ),
    Declaration(
        "kubebuilder:ac:generate",
        (Place.PACKAGE, Place.TYPE),
        "applyconfiguration",
        "Whether apply configurations are generated; a type's own marker wins.",
        value=Kind.BOOLEAN,
    ),
    Declaration(
        "kubebuilder:ac:output:package",
        (Place.PACKAGE,),
        "applyconfiguration",
        "The package that apply configurations are written to.",
        value=Kind.WORD,
    ),
)
