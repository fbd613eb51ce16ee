"""Where an import comes from: files, standard input, or a cluster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FromCluster:
    """What to import from which cluster: all that it has where no group and no kind is named.

    `kubeconfig` and `context` are as kubectl takes them; by default they are those it would use.
    """

    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kubeconfig: str | None = None
    context: str | None = None


class ClusterError(Exception):
    """Why a cluster cannot be read, in one line."""
