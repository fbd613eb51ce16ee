"""The patch types of Kubernetes, as pure functions of a document and a change.

JSON patch and JSON merge patch need only the document; a strategic merge patch also knows which
lists are maps by a key. Server-side apply uses `kube.runtime.fieldsets` instead.
"""

from kube.runtime.patches.json_patch import PatchError, json_patch
from kube.runtime.patches.merge_patch import merge_difference, merge_patch
from kube.runtime.patches.strategic import strategic_merge_patch

__all__ = ["PatchError", "json_patch", "merge_difference", "merge_patch", "strategic_merge_patch"]
