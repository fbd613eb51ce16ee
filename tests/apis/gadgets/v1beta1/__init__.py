# +k8s:deepcopy-gen=package,register
# +groupName=gadgets.example.com
"""v1beta1 is the version before v1, with which it shares most of its types."""

from tests.apis.gadgets.v1beta1.types import Gadget, GadgetList

__all__ = ["Gadget", "GadgetList"]
