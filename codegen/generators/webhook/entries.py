"""One webhook of a configuration, from one marker."""

from __future__ import annotations

import json
import re
from typing import Any

from codegen.diagnostics import Diagnostics
from codegen.generators.webhook.patch import PatchError, patched
from codegen.model import Tag

_SERVICE = "webhook-service"
_NAMESPACE = "system"
_OPERATIONS = ("CREATE", "UPDATE", "DELETE", "CONNECT", "*")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?){2,}")
_POLICIES = ("failurePolicy", "matchPolicy", "reinvocationPolicy", "sideEffects")


class _Entry:
    """What a marker says, with the faults of its arguments going to the diagnostics."""

    def __init__(self, tag: Tag, diagnostics: Diagnostics) -> None:
        self._tag = tag
        self._given = tag.arguments
        self._diagnostics = diagnostics
        self.failed = False

    def error(self, argument: str, message: str, hint: str = "") -> None:
        self.failed = True
        self._diagnostics.error(self._tag.at(argument), message, code="bad-webhook", hint=hint)

    def text(self, argument: str) -> str:
        return str(self._given.get(argument) or "")

    def words(self, argument: str) -> list[str]:
        given = self._given.get(argument)
        return [str(word) for word in given] if isinstance(given, list) else []

    def make(self) -> dict[str, Any]:
        name = self.text("name")
        if not _NAME.fullmatch(name):
            self.error(
                "name",
                f"{name!r} is no name of a webhook",
                "write a domain of three segments or more: defaults.widgets.example.com",
            )
        found: dict[str, Any] = {
            "name": name,
            "admissionReviewVersions": self.words("admissionReviewVersions"),
            "clientConfig": self.client(),
            "rules": [self.rule()],
        }
        for argument in _POLICIES:
            if argument in self._given and self._has_effect(argument):
                found[argument] = self._given[argument]
        timeout = self.timeout()
        if timeout:
            found["timeoutSeconds"] = timeout
        if [v for v in self.words("webhookVersions") if v != "v1"]:
            self.error("webhookVersions", "the only version of these objects is v1")
        return self.patch(found)

    def _has_effect(self, argument: str) -> bool:
        if argument == "reinvocationPolicy" and not self._given["mutating"]:
            self._diagnostics.warning(
                self._tag.at(argument),
                "reinvocationPolicy has no effect on a validating webhook",
                code="no-effect",
                hint="remove it: the server invokes only mutating webhooks again",
            )
            return False
        return True

    def client(self) -> dict[str, Any]:
        path, url = self.text("path"), self.text("url")
        if bool(path) == bool(url):
            self.error(
                "url" if url else "",
                "a webhook has a path or a URL, and not both",
                "write path= for a service in the cluster, url= for any other",
            )
        if url:
            for argument in ("serviceName", "serviceNamespace", "servicePort"):
                if argument in self._given:
                    self.error(argument, f"{argument} goes with path=, not with url=")
            if not url.startswith("https://"):
                self.error("url", f"{url!r} does not begin with https://")
            return {"url": url}
        if path and not path.startswith("/"):
            self.error("path", f"the path {path!r} does not begin with /")
        service: dict[str, Any] = {
            "name": self.text("serviceName") or _SERVICE,
            "namespace": self.text("serviceNamespace") or _NAMESPACE,
            "path": path,
        }
        if "servicePort" in self._given:
            port = self._given["servicePort"]
            if not isinstance(port, int) or not 0 < port < 65536:
                self.error("servicePort", f"{port} is no port")
            service["port"] = port
        return {"service": service}

    def rule(self) -> dict[str, Any]:
        operations = []
        for verb in self.words("verbs"):
            if verb.upper() not in _OPERATIONS:
                self.error(
                    "verbs", f"webhooks are not asked about {verb!r}", "create, update, delete, …"
                )
            operations.append(verb.upper())
        return {
            "apiGroups": ["" if group == "core" else group for group in self.words("groups")],
            "apiVersions": self.words("versions"),
            "operations": operations,
            "resources": self.words("resources"),
        }

    def timeout(self) -> int:
        seconds = self._given.get("timeoutSeconds", 0)
        assert isinstance(seconds, int)
        if "timeoutSeconds" in self._given and not 1 <= seconds <= 30:
            self.error("timeoutSeconds", f"a timeout of {seconds} s is not between 1 and 30 s")
        return seconds

    def patch(self, found: dict[str, Any]) -> dict[str, Any]:
        written = self.text("patch")
        if not written:
            return found
        try:
            patch = json.loads(written)
        except json.JSONDecodeError as error:
            self.error("patch", f"the patch is no JSON: {error}", "write it between backticks")
            return found
        try:
            return patched(found, patch, mutating=bool(self._given["mutating"]))
        except PatchError as error:
            self.error("patch", str(error))
            return found


def entry(tag: Tag, diagnostics: Diagnostics) -> dict[str, Any] | None:
    """The webhook of a marker; None after an error."""
    marker = _Entry(tag, diagnostics)
    webhook = marker.make()
    return None if marker.failed else webhook
