"""Patches of JSON trees, as Kubernetes knows them: pure functions from a document and a change.

JSON patch and JSON merge patch stand for themselves; a strategic merge patch needs to know which
lists are maps by a key. Server-side apply stands on `kube.runtime.fieldsets` instead.
"""

from kube.runtime.patches.json_patch import PatchError, json_patch
from kube.runtime.patches.merge_patch import merge_patch
from kube.runtime.patches.strategic import strategic_merge_patch

__all__ = ["PatchError", "json_patch", "merge_patch", "strategic_merge_patch"]
