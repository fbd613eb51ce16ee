"""`config/webhook/manifests.yaml`: the admission webhooks of `+kubebuilder:webhook` markers.

As controller-gen writes them; `patch=` is a strategic merge patch over what the other arguments
make. What the server would refuse is an error at the argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.generators import Artifact, Context
from codegen.generators.manifest import manifest
from codegen.generators.tagged import everywhere
from codegen.generators.webhook import Options
from codegen.generators.webhook.entries import entry
from codegen.tags.declared.webhook import Webhook, WebhookConfiguration

_KINDS = {True: "MutatingWebhookConfiguration", False: "ValidatingWebhookConfiguration"}


def generate(context: Context) -> Iterator[Artifact]:
    universe, diagnostics = context.universe, context.diagnostics
    names = _names(context, everywhere(universe, WebhookConfiguration))
    entries: dict[bool, dict[str, tuple[dict[str, Any], Webhook]]] = {True: {}, False: {}}
    for tag in everywhere(universe, Webhook):
        webhook = entry(tag, diagnostics)
        if webhook is None:
            continue
        same = entries[tag.mutating]
        _, first = same.setdefault(webhook["name"], (webhook, tag))
        if first is not tag:
            diagnostics.error(
                tag.at("name"),
                f"the webhook {webhook['name']} is already declared at {first.position}",
                code="duplicate-webhook",
                hint="names are unique within a configuration",
            )
    documents = [
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": _KINDS[mutating],
            "metadata": {"name": names[mutating]},
            "webhooks": [webhook for _, (webhook, _) in sorted(entries[mutating].items())],
        }
        for mutating in (True, False)
        if entries[mutating]
    ]
    if documents:
        path = f"{context.settings.of(Options).output_dir}/manifests.yaml"
        yield manifest(context.settings, "webhook", path, documents)


def _names(context: Context, tags: list[WebhookConfiguration]) -> dict[bool, str]:
    """The names of the two configurations."""
    names = {True: "mutating-webhook-configuration", False: "validating-webhook-configuration"}
    first_tags: dict[bool, WebhookConfiguration] = {}
    for tag in tags:
        mutating = tag.mutating
        first = first_tags.setdefault(mutating, tag)
        if first is not tag:
            context.diagnostics.error(
                tag.position,
                f"the {'mutating' if mutating else 'validating'} configuration is already named at "
                f"{first.position}",
                code="duplicate-tag",
                hint="keep one of them",
            )
        elif tag.name:
            names[mutating] = tag.name
    return names
