"""Label selectors of objects, such as a Deployment's, as selectors that match labels."""

from __future__ import annotations

from collections.abc import Mapping

from kube.api.meta.v1.types import LabelSelector, LabelSelectorRequirement
from kube.runtime import selectors
from kube.runtime.selectors import SelectorError, make_requirement, make_selector

_OPERATORS: Mapping[str, selectors.Operator] = {
    "In": "in",
    "NotIn": "notin",
    "Exists": "exists",
    "DoesNotExist": "!",
}


def as_selector(selector: LabelSelector | None) -> selectors.LabelSelector:
    """The selector of an object; an empty one matches everything, and None matches nothing.

    `matches` of the result decides on labels, and its text is what a list or a watch takes as
    `label_selector`. Raises SelectorError for a selector that a server would refuse.
    """
    if selector is None:
        return selectors.NOTHING
    of_labels = (
        make_requirement(key, "=", (value,)) for key, value in (selector.match_labels or {}).items()
    )
    expressions = map(_requirement, selector.match_expressions or ())
    return make_selector([*of_labels, *expressions])


def _requirement(expression: LabelSelectorRequirement) -> selectors.Requirement:
    operator = _OPERATORS.get(expression.operator)
    if operator is None:
        raise SelectorError(
            f"{expression.operator!r} is not a valid operator of a label selector: "
            "use In, NotIn, Exists or DoesNotExist"
        )
    return make_requirement(expression.key, operator, expression.values or ())
