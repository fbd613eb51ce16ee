"""Tags that say what a package is, and which generators pass over it."""

from __future__ import annotations

from codegen.tags.declaration import BOOLEAN, WORD, DeclaredTag, Place, argument


class GroupName(DeclaredTag, name="groupName", on=Place.PACKAGE, reader="register"):
    """The API group of the package; empty for the core group."""

    value: str = argument(WORD, empty=True)


class GroupGoName(DeclaredTag, name="groupGoName", on=Place.PACKAGE, reader="register"):
    """The name of the group's accessor, where two groups share their first segment."""

    value: str = argument(WORD)


class RegisterGen(DeclaredTag, name="k8s:register-gen", on=Place.PACKAGE, reader="register"):
    """Whether the package gets a generated registration."""

    value: bool = argument(BOOLEAN, bare=True)


class Switch(DeclaredTag):
    """Whether one generator runs on a package, or on a type."""

    value: bool = argument(BOOLEAN, bare=True)


class ClientGen(Switch, name="k8s:client-gen", on=(Place.PACKAGE, Place.CLASS), reader="clientset"):
    """Whether typed clients are generated; on by default, and a type's own tag wins."""


class ListerGen(Switch, name="k8s:lister-gen", on=(Place.PACKAGE, Place.CLASS), reader="lister"):
    """Whether a lister is generated; on by default, and a type's own tag wins."""


class InformerGen(
    Switch, name="k8s:informer-gen", on=(Place.PACKAGE, Place.CLASS), reader="informer"
):
    """Whether an informer is generated; on by default, and a type's own tag wins."""


class ApplyConfigurationGen(
    Switch,
    name="k8s:applyconfiguration-gen",
    on=(Place.PACKAGE, Place.CLASS),
    reader="applyconfiguration",
):
    """Whether an apply configuration is generated; on by default, and a type's own tag wins."""


class AcGenerate(
    DeclaredTag,
    name="kubebuilder:ac:generate",
    on=(Place.PACKAGE, Place.CLASS),
    reader="applyconfiguration",
):
    """Whether apply configurations are generated; a type's own marker wins."""

    value: bool = argument(BOOLEAN)


class AcOutputPackage(
    DeclaredTag,
    name="kubebuilder:ac:output:package",
    on=Place.PACKAGE,
    reader="applyconfiguration",
    unread="write output-dir and output-package in [tool.codegen.applyconfiguration]",
):
    """The package that apply configurations are written to."""

    value: str = argument(WORD)
