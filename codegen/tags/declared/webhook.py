"""Markers of admission webhooks."""

from __future__ import annotations

from codegen.tags.declaration import BOOLEAN, INTEGER, STRING, STRINGS, Marker, Place, argument


class Webhook(
    Marker, name="kubebuilder:webhook", on=Place.ANYWHERE, reader="webhook", repeatable=True
):
    """An admission webhook, and what it is asked about."""

    mutating: bool = argument(BOOLEAN)
    failure_policy: str = argument(STRING, choices=("Fail", "Ignore"), any_case=True)
    groups: tuple[str, ...] = argument(STRINGS)
    resources: tuple[str, ...] = argument(STRINGS)
    verbs: tuple[str, ...] = argument(STRINGS)
    versions: tuple[str, ...] = argument(STRINGS)
    name: str = argument(STRING)
    admission_review_versions: tuple[str, ...] = argument(STRINGS)
    side_effects: str = argument(STRING, choices=("None", "NoneOnDryRun"), any_case=True)
    path: str | None = argument(STRING, default=None)
    url: str | None = argument(STRING, default=None)
    match_policy: str | None = argument(
        STRING, choices=("Exact", "Equivalent"), any_case=True, default=None
    )
    timeout_seconds: int | None = argument(INTEGER, default=None)
    service_name: str | None = argument(STRING, default=None)
    service_namespace: str | None = argument(STRING, default=None)
    service_port: int | None = argument(INTEGER, default=None)
    reinvocation_policy: str | None = argument(
        STRING, choices=("Never", "IfNeeded"), any_case=True, default=None
    )
    patch: str | None = argument(STRING, default=None)
    webhook_versions: tuple[str, ...] | None = argument(STRINGS, default=None)


class WebhookConfiguration(
    Marker,
    name="kubebuilder:webhookconfiguration",
    on=Place.ANYWHERE,
    reader="webhook",
    repeatable=True,
):
    """The name of the configuration that the mutating, or the validating, webhooks stand in."""

    mutating: bool = argument(BOOLEAN)
    name: str | None = argument(STRING, default=None)
