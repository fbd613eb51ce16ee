"""Tags that say in which release an API came, is deprecated and goes."""

from codegen.tags.declaration import Declaration, Kind, Place

_NAME = "k8s:prerelease-lifecycle-gen"

TAGS = (
    Declaration(
        _NAME,
        (Place.PACKAGE,),
        "lifecycle",
        "Whether the kinds of the package tell their lifecycle.",
        value=Kind.BOOLEAN,
    ),
    Declaration(
        _NAME,
        (Place.TYPE,),
        "lifecycle",
        "Whether the kind tells its lifecycle, whatever the package says.",
        value=Kind.BOOLEAN,
    ),
    Declaration(
        f"{_NAME}:introduced",
        (Place.TYPE,),
        "lifecycle",
        "The release that introduced the kind; required.",
        value=Kind.WORD,
    ),
    Declaration(
        f"{_NAME}:deprecated",
        (Place.TYPE,),
        "lifecycle",
        "The release that deprecates it; by default three minor releases after introduced.",
        value=Kind.WORD,
    ),
    Declaration(
        f"{_NAME}:removed",
        (Place.TYPE,),
        "lifecycle",
        "The release that removes it; by default three minor releases after deprecated.",
        value=Kind.WORD,
    ),
    Declaration(
        f"{_NAME}:replacement",
        (Place.TYPE,),
        "lifecycle",
        "What to use instead: group,version,Kind.",
        value=Kind.WORDS,
    ),
)
