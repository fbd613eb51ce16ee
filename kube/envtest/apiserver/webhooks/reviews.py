"""AdmissionReviews: what a webhook is asked, and what its answer means. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.webhooks import answers
from kube.runtime.patches import PatchError, json_patch
from kube.runtime.trees import Tree


class BadAnswerError(Exception):
    """An answer that is none; the text is the real server's, as far as it depends on Kubernetes."""


Patch = list[Any]
"""The operations of a JSON patch."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A webhook's decision. `patch` is None where there is none."""

    allowed: bool
    status: Tree | None
    patch: Patch | None
    warnings: Sequence[str]


def version_of(webhook: Tree) -> str:
    """The first review version of a webhook that is known here; raises BadAnswerError."""
    wanted = webhook.get("admissionReviewVersions") or ()
    found = next((version for version in wanted if version in answers.VERSIONS), None)
    if found is None:
        raise BadAnswerError(f"webhook does not accept known AdmissionReview versions ({wanted})")
    return str(found)


def asked(version: str, request: Tree) -> bytes:
    api_version = f"{answers.GROUP}/{version}"
    review = {"kind": answers.KIND, "apiVersion": api_version, "request": request}
    return msgspec.json.encode(review)


_INVALID = "received invalid webhook response"


def read(body: bytes, version: str, uid: str, *, mutates: bool) -> Answer:
    """The answer in a body; raises BadAnswerError."""
    try:
        review = answers.decode(body, version)
    except answers.UndecodableError as error:
        raise BadAnswerError(f"failed to call webhook: {error}") from None
    response = review.get("response")
    if response is None:
        raise BadAnswerError(f"{_INVALID}: webhook response was absent")
    if version == "v1":
        _check(review, response, uid, mutates=mutates)
    patch = _patch(response, version) if mutates else None
    allowed, warnings = response.get("allowed") is True, response.get("warnings") or ()
    return Answer(allowed, response.get("status"), patch, warnings)


def _check(review: Tree, response: Tree, uid: str, *, mutates: bool) -> None:
    """What v1 demands of an answer, which v1beta1 did not."""
    given = response.get("uid", "")
    if given != uid:
        raise BadAnswerError(f'{_INVALID}: expected response.uid="{uid}", got "{given}"')
    wanted = f"{answers.GROUP}/v1, Kind={answers.KIND}"
    have = f"{review.get('apiVersion') or '/'}, Kind={review.get('kind', '')}"
    if have != wanted:
        raise BadAnswerError(f"{_INVALID}: expected webhook response of {wanted}, got {have}")
    patch, kind = response.get("patch"), response.get("patchType")
    why = ""
    if not mutates:
        if patch or kind is not None:
            why = f"validating webhook may not return response.{'patch' if patch else 'patchType'}"
    elif patch and kind is None:
        why = "webhook returned response.patch but not response.patchType"
    elif kind is not None and not patch:
        why = "webhook returned response.patchType but not response.patch"
    elif kind == "":
        why = 'webhook returned invalid response.patchType of ""'
    if why:
        raise BadAnswerError(f"{_INVALID}: {why}")


def _patch(response: Tree, version: str) -> Patch | None:
    encoded = response.get("patch")
    if not encoded or not response.get("allowed"):
        return None
    try:
        operations = msgspec.json.decode(encoded)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadAnswerError(f"received undecodable patch in webhook response: {error}") from None
    if not isinstance(operations, list):
        given = answers.json_type(operations)
        why = f"json: cannot unmarshal {given} into Go value of type jsonpatch.Patch"
        raise BadAnswerError(f"received undecodable patch in webhook response: {why}")
    kind = response.get("patchType")
    if operations and version == "v1" and kind != "JSONPatch":
        raise BadAnswerError(f'unsupported patch type "{kind}"')
    return operations


def patched(document: Tree, patch: Patch) -> Tree:
    """A copy of the document with the patch; raises StatusError 500."""
    copy = msgspec.json.decode(msgspec.json.encode(document))
    try:
        result = json_patch(copy, patch)
    except PatchError as error:
        raise status.failed(str(error)) from None
    if not isinstance(result, dict):
        raise status.failed("replace operation value must be object or array: %!w(<nil>)")
    return result


def nothing_to_patch(name: str) -> StatusError:
    """The refusal where a webhook patches what is deleted."""
    return status.failed(
        f'admission webhook "{name}" attempted to modify the object, which is not supported for '
        "this operation"
    )


_HIGHEST_CODE = 999
"""What HTTP can carry. kube-apiserver breaks the connection above it."""


def denial(name: str, given: Tree | None) -> StatusError:
    """The refusal of a request that a webhook denied."""
    told = given or {}
    code = told.get("code", 0)
    denied = f'admission webhook "{name}" denied the request'
    if told.get("message"):
        message = f"{denied}: {told['message']}"
    elif told.get("reason"):
        message = f"{denied}: {told['reason']}"
    else:
        message = f"{denied} without explanation"
    if code > _HIGHEST_CODE:
        why = f"webhook {name} denied the request with the code {code}, which HTTP does not have"
        return StatusError(500, "InternalError", why, {})
    return StatusError(
        code if code >= 400 else 400,
        str(told.get("reason") or ""),
        message,
        told.get("details"),
    )


def failure(name: str, why: str) -> StatusError:
    """The refusal where a webhook that must answer did not."""
    return status.failed(f'failed calling webhook "{name}": {why}')
