"""Where twins are: the module and the name of each, whether this run writes it or not.

The twins of a version are in one module, `<output>/<group>/<version>.py`, since they refer to each
other. Those of Kubernetes' own API are generated once, in `kube.applyconfiguration`, and those of
other packages are where the configuration says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from codegen import naming
from codegen.generators import Context
from codegen.generators.applyconfiguration import Options
from codegen.layout import Module, Tree
from codegen.model import Package, QualifiedName

BUILT_IN = "kube.applyconfiguration"
SUFFIX = "ApplyConfiguration"

_BUILT_IN_API = re.compile(r"kube\.api\.(\w+)\.(\w+)(\.|$)")
_METADATA = "kube.runtime.metadata"


class Home(msgspec.Struct, frozen=True, order=True):
    """The module of some twins; `group` and `version` are its folder and its file."""

    tree: str
    group: str
    version: str

    @property
    def name(self) -> str:
        return f"{self.tree}.{self.group}.{self.version}"

    @property
    def alias(self) -> str:
        """What other modules of twins call it: `core_v1`."""
        return f"{self.group.rstrip('_')}_{self.version}"


class Homes:
    """The homes of all types that a run may meet."""

    def __init__(self, context: Context) -> None:
        options = context.settings.of(Options)
        self.tree: Tree = options.tree
        self._external: Mapping[str, str] = options.external
        self._packages = {package.module: package for package in context.universe.packages}

    def of(self, name: QualifiedName) -> Home | str | None:
        """The home of a type's twin, a module's name where another project has it, or None."""
        external = self._external.get(str(name)) or self._external.get(_exported(name))
        if external is not None:
            return external
        built_in = _built_in(name.module)
        if built_in is not None:
            return built_in
        package = self.package(name.module)
        return None if package is None else self._of_package(package)

    def is_ours(self, home: Home | str | None) -> bool:
        """Whether the twins of a home are this project's to generate."""
        return isinstance(home, Home) and home.tree == self.tree.package

    def package(self, module: str) -> Package | None:
        """The package of the input that a module belongs to."""
        while module:
            if module in self._packages:
                return self._packages[module]
            module = module.rpartition(".")[0]
        return None

    def module(self, home: Home) -> Module:
        return self.tree.module(home.group, home.version)

    def _of_package(self, package: Package) -> Home:
        version = naming.version_accessor(package)
        if package.group is None:
            outer = package.module.rpartition(".")[0].rpartition(".")[2] or version
            return Home(self.tree.package, outer, version)
        return Home(self.tree.package, naming.group_accessor(package), version)


def twin_name(name: QualifiedName) -> str:
    """`ClusterApplyConfiguration` of Cluster, `PageWall…` of Page[Wall], `OuterInner…` of a nested
    class.
    """
    generic, bracket, arguments = name.name.partition("[")
    bound = re.sub(r"[\w.]*\.", "", arguments) if bracket else ""
    return re.sub(r"\W", "", generic + bound) + SUFFIX


def _built_in(module: str) -> Home | None:
    if module == _METADATA or module.startswith(f"{_METADATA}."):
        return Home(BUILT_IN, "meta", "v1")
    match = _BUILT_IN_API.match(module)
    return Home(BUILT_IN, match[1], match[2]) if match else None


def _exported(name: QualifiedName) -> str:
    """The name of a type by its package, which people import it from: less its module."""
    return f"{name.module.rpartition('.')[0]}.{name.name}"
