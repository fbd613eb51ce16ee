"""Patches in requests: the media types that a resource accepts, and the errors of those that
fail."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests.wire import (
    APPLY_PATCH,
    JSON_PATCH,
    MERGE_PATCH,
    STRATEGIC_PATCH,
    decode_any,
)
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.status import StatusError
from kube.runtime.patches import PatchError, json_patch, merge_patch, strategic_merge_patch
from kube.runtime.trees import Tree

MOST_OPERATIONS = 10_000
"""Of a JSON patch; the limit of kube-apiserver."""


def check_media_type(resource: ServerResource, media: str) -> None:
    """Raise StatusError 415 if `media` is not a patch type that this resource accepts."""
    accepted = [JSON_PATCH, MERGE_PATCH, APPLY_PATCH]
    if not resource.custom:
        accepted.insert(2, STRATEGIC_PATCH)
    if media not in accepted:
        raise status.unsupported_media_type(accepted)


def read(body: bytes | None, media: str) -> Any:
    """The patch in a body; raises StatusError 400."""
    try:
        return decode_any(body, media)
    except StatusError as error:
        raise status.bad_request(f"error decoding patch: {error.message}") from None


def _without_nulls_in_lists(change: Any, *, in_list: bool = False) -> Any:
    """A merge patch without the null members of what stands in lists: the original's library drops
    them, although a list replaces another as a whole."""
    if isinstance(change, dict):
        return {
            key: _without_nulls_in_lists(value, in_list=in_list)
            for key, value in change.items()
            if value is not None or not in_list
        }
    if isinstance(change, list):
        return [_without_nulls_in_lists(item, in_list=True) for item in change]
    return change


def apply(resource: ServerResource, name: str, document: Tree, change: Any, media: str) -> Tree:
    """The patched document; `document` may be changed in place. Raises StatusError 400, 422 and
    500."""
    if media == JSON_PATCH:
        if not isinstance(change, list):
            raise status.bad_request(
                "error decoding patch: json: cannot unmarshal object into Go value of type "
                "[]handlers.jsonPatchOp"
            )
        if len(change) > MOST_OPERATIONS:
            most = f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}"
            raise status.entity_too_large(f"{most}, got {len(change)}")
        try:
            patched = json_patch(document, change)
        except PatchError as error:
            raise status.unprocessable() from error
    elif not isinstance(change, dict):
        raise status.bad_request(
            "error decoding patch: json: cannot unmarshal array into Go value of type "
            "map[string]interface {}"
        )
    elif media == STRATEGIC_PATCH:
        schema = resource.schema.source if resource.schema is not None else {}
        try:
            patched = strategic_merge_patch(document, change, schema)
        except PatchError as error:
            raise status.internal(str(error)) from error
    else:
        patched = merge_patch(document, _without_nulls_in_lists(change))
    if not isinstance(patched, dict):
        raise status.unprocessable()
    return patched
