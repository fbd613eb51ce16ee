"""Places in users' own files where scaffolding inserts code."""

from codegen.tags.declaration import Declaration, Family, Place

TAGS = tuple(
    Declaration(
        f"kubebuilder:scaffold:{name}",
        (Place.ANYWHERE,),
        "scaffold",
        f"Scaffolding inserts {what} above this line.",
        family=Family.MARKERS,
        repeatable=True,
    )
    for name, what in (
        ("imports", "imports"),
        ("scheme", "registrations in the scheme"),
        ("builder", "controllers"),
        ("webhook", "webhooks"),
        ("crdkustomizeresource", "CRDs"),
        ("crdkustomizewebhookpatch", "conversion webhook patches"),
        ("manifestskustomizesamples", "samples"),
    )
)
