"""CertificateSigningRequests. Their signatures are not verified: that would take a library."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.builtin import Checks, Kind, Rules
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

Faults = Callable[[str], Iterable[str]]
_PEM = r"-----BEGIN {0}-----\n.*\n-----END {0}-----"
_REQUEST = re.compile(_PEM.format("CERTIFICATE REQUEST").encode(), re.DOTALL)
_CERTIFICATE = re.compile(_PEM.format("CERTIFICATE").encode(), re.DOTALL)
_USAGES = (
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign",
    "data encipherment", "decipher only", "digital signature", "email protection",
    "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement",
    "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth",
    "signing", "timestamping",
)  # fmt: skip
_REQUESTER = ("username", "uid", "groups", "extra")
_FINAL = ("Approved", "Denied", "Failed")
_STATUSES = ("False", "True", "Unknown")
_LEGACY = "kubernetes.io/legacy-unknown"


def _check(request: Tree, path: str, causes: list[Cause]) -> None:
    spec = request["spec"]
    if _REQUEST.search(_decoded(spec.get("request") or "")) is None:
        why = "PEM block type must be CERTIFICATE REQUEST"
        causes.append(invalid_value("spec.request", spec.get("request"), why))
    usages = spec.get("usages") or []
    if not usages:
        causes.append(required("spec.usages"))
    for index, usage in enumerate(usages):
        where = f"spec.usages[{index}]"
        if usage not in _USAGES:
            causes.append(status.not_supported(where, usage, _USAGES))
        if usage in usages[:index]:
            causes.append(status.duplicate(where, usage))
    _check_signer("spec.signerName", spec.get("signerName", ""), causes)
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < 600:
        why = "may not specify a duration less than 600 seconds (10 minutes)"
        causes.append(invalid_value("spec.expirationSeconds", seconds, why))
    _check_conditions(request["status"].get("conditions") or [], "status.conditions", causes)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def _check_signer(path: str, signer: str, causes: list[Cause]) -> None:
    if not signer:
        causes.append(required(path))
        return
    if signer == _LEGACY:
        why = "the legacy signerName is not allowed via this API version"
        causes.append(invalid_value(path, signer, why))
        return
    domain, slash, name = signer.partition("/")
    if not slash or "/" in name:
        why = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        causes.append(invalid_value(path, signer, why))
        return
    if len(domain) > 253:
        causes.append(status.too_long(path, 253))
    _check_segment(path, domain, formats.label_faults, causes)
    if "." not in domain:
        why = "should be a domain with at least two segments separated by dots"
        causes.append(invalid_value(path, domain, why))
    _check_segment(path, name, formats.subdomain_faults, causes)
    if len(signer) > 253 + 253 + 63 + 2:
        causes.append(status.too_long(path, 253 + 253 + 63 + 2))


def _check_segment(path: str, segment: str, faults: Faults, causes: list[Cause]) -> None:
    """Of the parts between dots, the first one that is wrong."""
    for part in segment.split("."):
        if wrong := list(faults(part)):
            shown = status.render(part)
            whys = [f"validating label {shown}: {why}" for why in wrong]
            causes += [invalid_value(path, segment, why) for why in whys]
            return


def _check_conditions(conditions: list[Tree], path: str, causes: list[Cause]) -> None:
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        where, kind = f"{path}[{index}]", condition.get("type", "")
        if not kind:
            causes.append(required(f"{where}.type"))
        allowed = ("True",) if kind in _FINAL else _STATUSES
        state = condition.get("status", "")
        if not state:
            causes.append(required(f"{where}.status"))
        elif state not in allowed:
            causes.append(status.not_supported(f"{where}.status", state, allowed))
        opposite = {"Approved": "Denied", "Denied": "Approved"}.get(kind)
        if opposite in seen:
            why = "Approved and Denied conditions are mutually exclusive"
            causes.append(invalid_value(path, kind, why))
        if kind in seen:
            causes.append(status.duplicate(f"{where}.type", kind))
        seen.add(kind)


def _requested_by(request: Tree, user: Tree) -> None:
    request["spec"] = {k: v for k, v in request["spec"].items() if k not in _REQUESTER} | user


def _update(new: Tree, old: Tree) -> None:
    new["spec"] = old["spec"]


def _update_status(new: Tree, old: Tree) -> None:
    """Who may sign may not approve: conditions of approval stay as they are."""
    had = old["status"].get("conditions") or []
    conditions = list(new["status"].get("conditions") or [])
    for kind in ("Approved", "Denied"):
        before = [condition for condition in had if condition.get("type") == kind]
        places = [i for i, each in enumerate(conditions) if each.get("type") == kind]
        if len(before) == len(places):
            for place, condition in zip(places, before, strict=True):
                conditions[place] = condition
    if conditions:
        new["status"] = {**new["status"], "conditions": conditions}


def _status_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    _check(new, "", causes)
    path = "status.conditions"
    for kind in _FINAL:
        now, before = _of_type(new, kind), _of_type(old, kind)
        if len(now) < len(before):
            why = f'updates may not remove a condition of type "{kind}"'
            causes.append(not_allowed(path, why))
    had, given = old["status"].get("certificate"), new["status"].get("certificate")
    if given and given != had and _CERTIFICATE.search(_decoded(given)) is None:
        why = "must contain at least one CERTIFICATE PEM block"
        causes.append(invalid_value("status.certificate", "<certificate data>", why))
    if had and given != had:
        why = "updates may not modify existing certificate content"
        causes.append(not_allowed("status.certificate", why))


def _of_type(request: Tree, kind: str) -> list[Tree]:
    return [c for c in request["status"].get("conditions") or () if c.get("type") == kind]


CHECKS: Checks = {"certificates.v1.CertificateSigningRequest": (_check,)}
KINDS = {
    "certificatesigningrequests": Kind(
        strategy=Rules(
            update=_update,
            update_status=_update_status,
            status_changes=_status_changes,
            own_metadata=(1, 1),
        ),
        requester=_requested_by,
        reset=("spec",),
        names=metadata.ANY_NAME,
    )
}
