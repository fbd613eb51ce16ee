"""Markers of admission webhooks."""

from codegen.tags.declaration import Argument, Declaration, Family, Kind, Place

TAGS = (
    Declaration(
        "kubebuilder:webhook",
        (Place.ANYWHERE,),
        "webhook",
        "An admission webhook, and what it is asked about.",
        family=Family.MARKERS,
        arguments=(
            Argument("mutating", Kind.BOOLEAN, required=True),
            Argument("failurePolicy", required=True, choices=("Fail", "Ignore"), any_case=True),
            Argument("groups", Kind.STRINGS, required=True),
            Argument("resources", Kind.STRINGS, required=True),
            Argument("verbs", Kind.STRINGS, required=True),
            Argument("versions", Kind.STRINGS, required=True),
            Argument("name", required=True),
            Argument("admissionReviewVersions", Kind.STRINGS, required=True),
            Argument("sideEffects", required=True, choices=("None", "NoneOnDryRun"), any_case=True),
            Argument("path"),
            Argument("url"),
            Argument("matchPolicy", choices=("Exact", "Equivalent"), any_case=True),
            Argument("timeoutSeconds", Kind.INTEGER),
            Argument("serviceName"),
            Argument("serviceNamespace"),
            Argument("servicePort", Kind.INTEGER),
            Argument("reinvocationPolicy", choices=("Never", "IfNeeded"), any_case=True),
            Argument("patch"),
            Argument("webhookVersions", Kind.STRINGS),
        ),
        repeatable=True,
    ),
    Declaration(
        "kubebuilder:webhookconfiguration",
        (Place.ANYWHERE,),
        "webhook",
        "The name of the configuration that the mutating, or the validating, webhooks stand in.",
        family=Family.MARKERS,
        arguments=(
            Argument("mutating", Kind.BOOLEAN, required=True),
            Argument("name"),
        ),
        repeatable=True,
    ),
)
