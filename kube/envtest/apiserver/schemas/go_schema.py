"""Schemas of Kubernetes' own kinds: the types of the OpenAPI documents, read as Go reads them.

A value of a wrong type is a 400 in the words of Go's decoder, and an unknown field is subject to
field validation. Defaults and rules come from tables by type (`kinds`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas import conversions, documents, walks
from kube.envtest.apiserver.schemas.readers import Readers, RefusedError
from kube.envtest.apiserver.schemas.reading import Empties, Notes
from kube.envtest.apiserver.schemas.schema import Schema
from kube.envtest.apiserver.schemas.walks import Check, Default, Plan, Walk
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree, copied

_OWN = frozenset({"apiVersion", "kind", "metadata"})
_readers = functools.cache(Readers)


class GoSchema(Schema):
    """One kind of a document. `defaults` and `checks` are the tables that apply to its types."""

    def __init__(
        self,
        group: str,
        version: str,
        kind: str,
        defaults: Mapping[str, Sequence[Default]] | None = None,
        checks: Mapping[str, Sequence[Check]] | None = None,
    ) -> None:
        self._group, self._version = group, version
        self._name = documents.names(group, version)[kind]
        self._read = _readers(group, version).struct(self._name)
        self._tables = defaults, checks

    # What is planned for a kind waits until there is an object of it.

    @functools.cached_property
    def _defaults(self) -> Plan | None:
        return self._planned(self._tables[0])

    @functools.cached_property
    def _checks(self) -> Plan | None:
        return self._planned(self._tables[1])

    def _planned(self, table: Mapping[str, Sequence[Any]] | None) -> Plan | None:
        return Walk(self._group, self._version, table).plan(self._name) if table else None

    @property
    def source(self) -> Tree:  # type: ignore[override]
        return documents.resolver(self._group, self._version).named(self._name)

    @functools.cached_property
    def embeds(self) -> bool:
        return False

    def check_types(
        self, tree: Tree, empties: Empties | None = None, *, converted: bool = False
    ) -> list[str]:
        """Bring the object into the form that Go would write; returns its unknown members.

        With `empties`, empty maps and lists are left there until those settle. Raises StatusError
        400 for a value that Go's decoder would not accept, or its converter where the object is
        `converted`.
        """
        unknown = Notes(empties)
        if not _has_plain_times(tree.get("metadata") or {}):
            if converted:
                self._converted(tree, Notes())
            elif fault := self.fault(tree):
                raise status.bad_request(fault)
        try:
            read = self._read(tree, unknown, _OWN)
        except RefusedError as error:
            if not converted:
                raise status.bad_request(self.fault(tree) or str(error)) from None
            read = self._converted(tree, unknown)
        tree.clear()
        tree.update(read)
        if unknown.empties:
            unknown.empties.move(read, tree)
            if empties is None:
                unknown.empties.settle()
        return unknown

    def _converted(self, tree: Tree, unknown: Notes) -> Tree:
        """An object that the decoder refuses, as Go's converter reads it."""
        readers = conversions.converting_readers(self._group, self._version)
        try:
            readers.struct(self._name)(tree, Notes())
            read: Tree = readers.struct(self._name)(tree, unknown, _OWN)
        except RefusedError as error:
            raise status.bad_request(str(error)) from None
        return read

    def fault(self, tree: Tree) -> str:
        """What Go's decoder says of an object that it refuses, its metadata included."""
        try:
            self._read(tree, Notes())
        except RefusedError as error:
            return str(error)
        return ""

    def zero(self, member: str) -> Any:
        return copied(self._nothing.get(member, {}))

    @functools.cached_property
    def _nothing(self) -> Tree:
        """An object in which nothing was ever set."""
        return self._read({}, Notes(), _OWN)  # type: ignore[no-any-return]

    def empty(self) -> Tree:
        return self._nothing

    def prune(self, tree: Tree) -> list[str]:
        """Nothing is left to prune: `check_types` removes what is unknown."""
        return []

    def default(self, tree: Tree) -> None:
        walks.fill(self._defaults, tree)

    def validate(self, new: Tree, old: Tree | None) -> list[Cause]:
        causes: list[Cause] = []
        walks.check(self._checks, new, "", causes)
        return causes

    def validate_status(self, new: Tree, old: Tree) -> list[Cause]:
        return []

    def rule_faults(self, new: Tree, old: Tree | None, causes: list[Cause]) -> list[Cause]:
        return []


def _has_plain_times(metadata: Tree) -> bool:
    """Whether the times of an object's metadata are surely times."""
    return all(
        (text := metadata.get(member)) is None or (type(text) is str and _TIME.fullmatch(text))
        for member in ("creationTimestamp", "deletionTimestamp")
    )


_TIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")
"""Times that need no closer look."""
