"""How a webhook is reached, by its url or its service (apiserver/pkg/util/webhook), and which
versions of reviews it understands."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

REVIEWS = ("v1", "v1beta1")
"""The versions of reviews that the server knows, of admission and of conversion."""

_URL_FORM = "; desired format: https://host[/path]"


def check(client: Tree, path: str, causes: list[Cause]) -> None:
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        causes.append(status.required(path, "exactly one of url or service is required"))
    elif url is not None:
        _check_url(url, f"{path}.url", causes)
    else:
        _check_service(service or {}, f"{path}.service", causes)


def _check_url(url: str, path: str, causes: list[Cause]) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        why = f"'https' is the only allowed URL scheme{_URL_FORM}"
        causes.append(status.invalid_value(path, parts.scheme, why))
    user, at, host = parts.netloc.rpartition("@")
    if not host:
        causes.append(status.invalid_value(path, "", f"host must be specified{_URL_FORM}"))
    if at:
        why = "user information is not permitted in the URL"
        causes.append(status.invalid_value(path, user, why))
    if parts.fragment:
        why = "fragments are not permitted in the URL"
        causes.append(status.invalid_value(path, parts.fragment, why))
    if parts.query:
        why = "query parameters are not permitted in the URL"
        causes.append(status.invalid_value(path, parts.query, why))


def _check_service(service: Tree, path: str, causes: list[Cause]) -> None:
    # The original takes the name for the namespace, and the namespace for the name.
    for member, given in (("name", "namespace"), ("namespace", "name")):
        if not service.get(given):
            causes.append(status.required(f"{path}.{member}"))
    port = service.get("port", 0)
    if not 1 <= port <= 65535:
        why = "port is not valid: must be between 1 and 65535, inclusive"
        causes.append(status.invalid_value(f"{path}.port", port, why))
    _check_path(service.get("path"), f"{path}.path", causes)


def _check_path(text: str | None, path: str, causes: list[Cause]) -> None:
    if text in (None, "", "/"):
        return
    assert text is not None
    if text == "//":
        causes.append(status.invalid_value(path, text, "segment[0] may not be empty"))
        return
    if not text.startswith("/"):
        causes.append(status.invalid_value(path, text, "must start with a '/'"))
    for index, step in enumerate(text[1:].removesuffix("/").split("/")):
        faults = [f": {fault}" for fault in formats.subdomain_faults(step)]
        for fault in faults if step else [" may not be empty"]:
            causes.append(status.invalid_value(path, text, f"segment[{index}]{fault}"))


def check_reviews(versions: Sequence[str], path: str, missing: str, causes: list[Cause]) -> None:
    """`missing` is said where there is no version at all."""
    if not versions:
        causes.append(status.required(path, missing))
        return
    for index, version in enumerate(versions):
        if version in versions[:index]:
            causes.append(status.invalid_value(f"{path}[{index}]", version, "duplicate version"))
        else:
            formats.dns_1035_label(f"{path}[{index}]", version, causes)
    if not set(versions) & set(REVIEWS):
        why = f"must include at least one of {', '.join(REVIEWS)}"
        causes.append(status.invalid_value(path, versions, why))
