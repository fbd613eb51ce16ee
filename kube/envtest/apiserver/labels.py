"""Label selectors as they stand in objects."""

from __future__ import annotations

from kube.runtime import selectors
from kube.runtime.trees import Tree


def selector_of(tree: Tree | None) -> selectors.LabelSelector:
    """What a LabelSelector selects; an empty one matches everything, and None nothing.

    Raises SelectorError for one that a server would refuse.
    """
    # The API's types, and what reads them, are imported by the first selector.
    from kube.api.meta.v1 import LabelSelector, as_selector
    from kube.runtime import codec

    return as_selector(None if tree is None else codec.from_builtins(tree, LabelSelector))
