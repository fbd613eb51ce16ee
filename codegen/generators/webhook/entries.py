"""One webhook of a configuration, from one marker."""

from __future__ import annotations

import json
import re
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators.webhook.patch import PatchError, patched
from codegen.tags.declared.webhook import Webhook

_SERVICE = "webhook-service"
_NAMESPACE = "system"
_OPERATIONS = ("CREATE", "UPDATE", "DELETE", "CONNECT", "*")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?){2,}")


class _Entry:
    """What a marker says, with the faults of its arguments going to the diagnostics."""

    def __init__(self, tag: Webhook, diagnostics: Diagnostics) -> None:
        self._tag = tag
        self._diagnostics = diagnostics
        self.failed = False

    def error(self, argument: str, message: str, hint: str) -> None:
        self.failed = True
        self._diagnostics.error(self._tag.at(argument), message, code="bad-webhook", hint=hint)

    def make(self) -> dict[str, Any]:
        tag, name = self._tag, self._tag.name
        if not _NAME.fullmatch(name):
            self.error(
                "name",
                f"{name!r} is not a valid name of a webhook",
                "write a domain of three segments or more: defaults.widgets.example.com",
            )
        webhook: dict[str, Any] = {
            "name": name,
            "admissionReviewVersions": list(tag.admission_review_versions),
            "clientConfig": self.client(),
            "rules": [self.rule()],
        }
        for name, policy in (
            ("failurePolicy", tag.failure_policy),
            ("matchPolicy", tag.match_policy),
            ("reinvocationPolicy", self.reinvocation_policy()),
            ("sideEffects", tag.side_effects),
        ):
            if policy is not None:
                webhook[name] = policy
        seconds = tag.timeout_seconds
        if seconds is not None:
            if not 1 <= seconds <= 30:
                self.error(
                    "timeout_seconds",
                    f"a timeout of {seconds} s is not between 1 and 30 s",
                    "write a number of seconds from 1 to 30",
                )
            webhook["timeoutSeconds"] = seconds
        if any(version != "v1" for version in tag.webhook_versions or ()):
            self.error(
                "webhook_versions",
                "the only version of these objects is v1",
                "write v1, or remove webhookVersions=",
            )
        return self.patch(webhook)

    def reinvocation_policy(self) -> str | None:
        if self._tag.reinvocation_policy is not None and not self._tag.mutating:
            self._diagnostics.warning(
                self._tag.at("reinvocation_policy"),
                "reinvocationPolicy has no effect on a validating webhook",
                code="no-effect",
                hint="remove it: the server invokes only mutating webhooks again",
            )
            return None
        return self._tag.reinvocation_policy

    def client(self) -> dict[str, Any]:
        tag, path, url = self._tag, self._tag.path, self._tag.url
        if (path is None) == (url is None):
            self.error(
                "url" if url is not None else "",
                "a webhook needs either path or url",
                "write path= for a service in the cluster, url= for any other",
            )
        if url is not None:
            for argument, name, value in (
                ("service_name", "serviceName", tag.service_name),
                ("service_namespace", "serviceNamespace", tag.service_namespace),
                ("service_port", "servicePort", tag.service_port),
            ):
                if value is not None:
                    self.error(argument, f"{name} belongs to path=, not to url=", f"remove {name}=")
            if not url.startswith("https://"):
                self.error(
                    "url",
                    f"{url!r} does not begin with https://",
                    "write an https URL: the server calls webhooks only over TLS",
                )
            return {"url": url}
        if path is not None and not path.startswith("/"):
            self.error("path", f"the path {path!r} does not begin with /", f"write path=/{path}")
        service: dict[str, Any] = {
            "name": tag.service_name or _SERVICE,
            "namespace": tag.service_namespace or _NAMESPACE,
            "path": path or "",
        }
        if tag.service_port is not None:
            if not 0 < tag.service_port < 65536:
                self.error(
                    "service_port",
                    f"{tag.service_port} is not a valid port",
                    "write a number from 1 to 65535",
                )
            service["port"] = tag.service_port
        return {"service": service}

    def rule(self) -> dict[str, Any]:
        operations = []
        for verb in self._tag.verbs:
            if verb.upper() not in _OPERATIONS:
                self.error(
                    "verbs",
                    f"{verb!r} is not an operation of admission",
                    "write one of: create, update, delete, connect, *",
                )
            operations.append(verb.upper())
        return {
            "apiGroups": ["" if group == "core" else group for group in self._tag.groups],
            "apiVersions": list(self._tag.versions),
            "operations": operations,
            "resources": list(self._tag.resources),
        }

    def patch(self, webhook: dict[str, Any]) -> dict[str, Any]:
        written = self._tag.patch
        if written is None:
            return webhook
        try:
            patch = json.loads(written)
        except json.JSONDecodeError as error:
            self.error(
                "patch", f"the patch is not valid JSON: {error}", "write it between backticks"
            )
            return webhook
        try:
            return patched(webhook, patch, mutating=self._tag.mutating)
        except PatchError as error:
            hint = 'write fields of the webhook, such as {"matchPolicy":"Exact"}'
            self.error("patch", str(error), hint)
            return webhook


def entry(tag: Webhook, diagnostics: Diagnostics) -> dict[str, Any] | None:
    """The webhook of a marker; None after an error."""
    marker = _Entry(tag, diagnostics)
    webhook = marker.make()
    return None if marker.failed else webhook
