# +k8s:deepcopy-gen=package
# +groupName=gadgets.example.com
"""What the group's own programs pass around: no version, no client, deep copies only."""

from tests.apis.gadgets.internal.types import Plan

__all__ = ["Plan"]
