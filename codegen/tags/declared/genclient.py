"""Tags that ask for a typed client and say what it can do."""

from codegen.tags.declaration import Argument, Declaration, Kind, Place
from codegen.tags.facts import Verb

_VERBS = tuple(Verb)

TAGS = (
    Declaration(
        "genclient",
        (Place.TYPE,),
        "clientset",
        "Makes a typed client, a lister and an informer for the kind.",
    ),
    Declaration(
        "genclient:nonNamespaced",
        (Place.TYPE,),
        "clientset",
        "The kind is cluster-scoped.",
    ),
    Declaration(
        "genclient:noStatus",
        (Place.TYPE,),
        "clientset",
        "The client has no updateStatus and no applyStatus, although the type has a status.",
    ),
    Declaration(
        "genclient:noVerbs",
        (Place.TYPE,),
        "clientset",
        "The client has no verbs but extension methods, and there is no informer.",
    ),
    Declaration(
        "genclient:readonly",
        (Place.TYPE,),
        "clientset",
        "The client has get, list and watch, and what onlyVerbs adds.",
    ),
    Declaration(
        "genclient:onlyVerbs",
        (Place.TYPE,),
        "clientset",
        "The client has these verbs and no others.",
        value=Kind.WORDS,
        choices=_VERBS,
    ),
    Declaration(
        "genclient:skipVerbs",
        (Place.TYPE,),
        "clientset",
        "The client has all verbs but these.",
        value=Kind.WORDS,
        choices=_VERBS,
    ),
    Declaration(
        "genclient:method",
        (Place.TYPE,),
        "clientset",
        "Adds a method of this name to the client, on a subresource or with other types.",
        value=Kind.WORD,
        arguments=(
            Argument("verb", Kind.WORD, required=True, choices=_VERBS),
            Argument("subresource", Kind.WORD),
            Argument("input", Kind.WORD),
            Argument("result", Kind.WORD),
        ),
        repeatable=True,
    ),
    Declaration(
        "resourceName",
        (Place.TYPE,),
        "clientset",
        "The plural of the kind, where it is not the regular one.",
        value=Kind.WORD,
    ),
    Declaration(
        "resource:path",
        (Place.TYPE,),
        "clientset",
        "Accepted, without effect: +resourceName is the tag that overrides the plural.",
        value=Kind.TEXT,
        empty=True,
    ),
)
