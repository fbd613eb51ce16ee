"""Which objects of a collection a request means: a namespace, a label and a field selector."""

from __future__ import annotations

from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests.routing import Query, Route
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.selectors import (
    FieldSelector,
    LabelSelector,
    SelectorError,
    parse_fields,
    parse_labels,
)

_ALWAYS = ("metadata.name", "metadata.namespace")


class Selection(msgspec.Struct, frozen=True):
    """A namespace ('' for all) and selectors; `matches` decides on one stored object."""

    namespace: str
    labels: LabelSelector
    fields: FieldSelector

    @property
    def everything(self) -> bool:
        """No selector; every object of the namespace belongs."""
        return not self.labels and not self.fields

    def matches(self, stored: Stored) -> bool:
        namespace, name = stored.key
        if self.namespace and namespace != self.namespace:
            return False
        if self.labels and not self.labels.matches(stored.tree["metadata"].get("labels")):
            return False
        if not self.fields:
            return True
        values = {"metadata.name": name, "metadata.namespace": namespace}
        for requirement in self.fields.requirements:
            if requirement.field not in values:
                values[requirement.field] = field_value(stored.tree, requirement.field)
        return self.fields.matches(values)


def field_value(tree: dict[str, Any], path: str) -> str:
    """The scalar at a dotted path as text, '' where there is none."""
    value: Any = tree
    for step in path.split("."):
        if not isinstance(value, dict):
            return ""
        value = value.get(step)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def select(route: Route, query: Query) -> Selection:
    """The selection of a list, watch or deletecollection; raises StatusError 400."""
    try:
        labels = parse_labels(query.text("labelSelector"))
        fields = parse_fields(query.text("fieldSelector"))
    except SelectorError as error:
        raise status.bad_request(str(error)) from None
    for requirement in fields.requirements:
        if not supports(route.resource, requirement.field):
            raise status.bad_request(_unsupported(route.resource, requirement.field))
    if route.name:
        fields = parse_fields(f"metadata.name={route.name}")
    return Selection(route.namespace, labels, fields)


def _unsupported(resource: ServerResource, field: str) -> str:
    if resource.custom or resource.selectable:
        return f"field label not supported: {field}"
    known = ", ".join(f'"{known}"' for known in _ALWAYS)
    return f'"{field}" is not a known field selector: only {known}'


def supports(resource: ServerResource, field: str) -> bool:
    return field in _ALWAYS or field in resource.selectable
