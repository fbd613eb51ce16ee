"""AdmissionReviews: what a webhook is asked, and what its answer means. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kube.envtest.apiserver.status import StatusError
from kube.runtime.patches import PatchError, json_patch
from kube.runtime.trees import Tree

VERSIONS = ("v1", "v1beta1")
_GROUP = "admission.k8s.io"


class BadAnswerError(Exception):
    """An answer that is none; the text is the real server's, as far as it depends on Kubernetes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A webhook's decision. `patch` is a JSON patch, None where there is none."""

    allowed: bool
    status: Tree | None
    patch: list[Any] | None
    warnings: Sequence[str]


def version_of(webhook: Tree) -> str:
    """The first review version of a webhook that is known here; raises BadAnswerError."""
    wanted = webhook.get("admissionReviewVersions") or ()
    found = next((version for version in wanted if version in VERSIONS), None)
    if found is None:
        raise BadAnswerError(f"webhook does not accept known AdmissionReview versions ({wanted})")
    return str(found)


def asked(version: str, request: Tree) -> bytes:
    review = {"kind": "AdmissionReview", "apiVersion": f"{_GROUP}/{version}", "request": request}
    return msgspec.json.encode(review)


def read(body: bytes, version: str, uid: str, *, mutates: bool) -> Answer:
    """The answer in a body; raises BadAnswerError."""
    try:
        review = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise BadAnswerError(f"couldn't get version/kind; json parse error: {error}") from None
    if not isinstance(review, dict):
        raise BadAnswerError("couldn't get version/kind; json parse error: no JSON object")
    response = review.get("response")
    if version == "v1":
        wanted = f"{_GROUP}/v1, Kind=AdmissionReview"
        have = f"{review.get('apiVersion', '')}, Kind={review.get('kind', '')}"
        if have != wanted:
            raise BadAnswerError(f"expected webhook response of {wanted}, got {have}")
    if not isinstance(response, dict):
        raise BadAnswerError("webhook response was absent")
    if version == "v1" and response.get("uid") != uid:
        given = response.get("uid", "")
        raise BadAnswerError(f'expected response.uid="{uid}", got "{given}"')
    patch = _patch(response, version) if mutates else None
    if not mutates and version == "v1" and response.get("patch"):
        raise BadAnswerError("validating webhook may not return response.patch")
    warnings = [str(text) for text in response.get("warnings") or ()]
    return Answer(response.get("allowed") is True, response.get("status"), patch, warnings)


def _patch(response: Tree, version: str) -> list[Any] | None:
    encoded, kind = response.get("patch") or "", response.get("patchType") or ""
    if not encoded:
        if kind and version == "v1":
            raise BadAnswerError("webhook returned response.patchType but not response.patch")
        return None
    if version == "v1" and not kind:
        raise BadAnswerError("webhook returned response.patch but not response.patchType")
    try:
        operations = msgspec.json.decode(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise BadAnswerError(f"the patch cannot be decoded: {error}") from None
    if not isinstance(operations, list):
        raise BadAnswerError("the patch is no list of operations")
    if operations and kind not in ("JSONPatch", ""):
        raise BadAnswerError(f'unsupported patch type "{kind}"')
    return operations


def patched(document: Tree, patch: list[Any]) -> Tree:
    """A copy of the document with the patch; raises StatusError 500."""
    copy = msgspec.json.decode(msgspec.json.encode(document))
    try:
        result = json_patch(copy, patch)
    except PatchError as error:
        raise StatusError(500, "InternalError", f"Internal error occurred: {error}") from None
    if not isinstance(result, dict):
        raise StatusError(500, "InternalError", "Internal error occurred: the patch is no object")
    return result


def denial(name: str, given: Tree | None) -> StatusError:
    """The refusal of a request that a webhook denied."""
    told = given or {}
    code = told.get("code")
    denied = f'admission webhook "{name}" denied the request'
    if told.get("message"):
        message = f"{denied}: {told['message']}"
    elif told.get("reason"):
        message = f"{denied}: {told['reason']}"
    else:
        message = f"{denied} without explanation"
    return StatusError(
        code if isinstance(code, int) and code >= 400 else 400,
        str(told.get("reason") or ""),
        message,
        told.get("details"),
    )


def failure(name: str, why: str) -> StatusError:
    """The refusal where a webhook that must answer did not."""
    message = f'Internal error occurred: failed calling webhook "{name}": {why}'
    causes = [{"message": f'failed calling webhook "{name}": {why}'}]
    return StatusError(500, "InternalError", message, {"causes": causes})
