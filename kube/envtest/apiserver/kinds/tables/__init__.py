"""Tables of Kubernetes' own kinds, as kube-apiserver makes them for `kubectl get`.

The columns are data of Kubernetes' (columns.json); the cells are computed here, a function or a
path for each column, as in kubernetes/pkg/printers/internalversion.
"""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any

from kube.envtest.apiserver.kinds.tables import cluster, core, networking, storage, workloads
from kube.envtest.apiserver.kinds.tables.ages import since
from kube.envtest.apiserver.kinds.tables.paths import Cell
from kube.envtest.apiserver.schemas import documents
from kube.runtime.trees import Tree


def _name(tree: Tree, now: datetime) -> Any:
    return tree["metadata"].get("name", "")


def _age(tree: Tree, now: datetime) -> Any:
    return since(tree["metadata"].get("creationTimestamp"), now)


def _created_at(tree: Tree, now: datetime) -> Any:
    return tree["metadata"].get("creationTimestamp")


_OWN = {
    **core.CELLS,
    **workloads.CELLS,
    **networking.CELLS,
    **storage.CELLS,
    **cluster.CELLS,
}
_EVERYWHERE: dict[str, Cell] = {"Name": _name, "Age": _age, "Created At": _created_at}


@functools.cache
def columns(group: str, plural: str) -> tuple[Tree, ...]:
    """The definitions of the columns of a kind."""
    return tuple(documents.columns().get(f"{group}/{plural}") or ())


@functools.cache
def _cells(group: str, plural: str) -> tuple[Cell, ...]:
    own = _OWN.get(f"{group}/{plural}", {})
    known = {**_EVERYWHERE, **own}
    return tuple(known[column["name"]] for column in columns(group, plural))


def row(group: str, plural: str, tree: Tree, now: datetime) -> list[Any]:
    return [cell(tree, now) for cell in _cells(group, plural)]
