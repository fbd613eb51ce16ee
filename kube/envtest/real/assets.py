"""Where the binaries of a real control plane are, by the conventions of Kubernetes' own envtest.

`KUBEBUILDER_ASSETS` names a folder that has them all. `TEST_ASSET_ETCD`,
`TEST_ASSET_KUBE_APISERVER`, `TEST_ASSET_KUBECTL` and `TEST_ASSET_KUBE_CONTROLLER_MANAGER` each name
one of them, and win over the folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = "KUBEBUILDER_ASSETS"
ETCD = "etcd"
API_SERVER = "kube-apiserver"
KUBECTL = "kubectl"
CONTROLLER_MANAGER = "kube-controller-manager"


class MissingAssetError(Exception):
    """A required binary is missing; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The environment variables that name binaries."""

    variables: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> Assets:
        """What this process's environment variables say, as they are now."""
        return cls({name: os.environ.get(name, "") for name in _NAMES})

    @property
    def named(self) -> bool:
        """Whether the variables ask for a real control plane."""
        return any(self.variables[name] for name in (FOLDER, _variable(API_SERVER)))

    def find(self, name: str) -> Path:
        """The binary of this name; raises MissingAssetError."""
        own = _variable(name)
        if self.variables[own]:
            return _executable(name, Path(self.variables[own]), own)
        if self.variables[FOLDER]:
            return _executable(name, Path(self.variables[FOLDER]) / name, FOLDER)
        raise MissingAssetError(
            f"no {name}: set {FOLDER} to the folder that contains it, or {own} to the file"
        )


def _variable(name: str) -> str:
    return f"TEST_ASSET_{name.replace('-', '_').upper()}"


_NAMES = (FOLDER, *map(_variable, (ETCD, API_SERVER, KUBECTL, CONTROLLER_MANAGER)))


def _executable(name: str, path: Path, variable: str) -> Path:
    if not path.is_file():
        raise MissingAssetError(f"{name} is missing: {variable} names {path}, which does not exist")
    if not os.access(path, os.X_OK):
        raise MissingAssetError(f"{variable} names {path}, which is not executable")
    return path.resolve()
