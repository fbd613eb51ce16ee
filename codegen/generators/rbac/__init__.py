"""`config/rbac/role.yaml`: what the `+kubebuilder:rbac` markers of the modules grant."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.options import Shape, option


@dataclass(frozen=True, slots=True)
class Options(generators.Options):
    output_dir: str = option(
        "config/rbac", Shape.FOLDER, "Folder for role.yaml (default: config/rbac)."
    )
    role_name: str = option(
        "manager-role", Shape.OBJECT_NAME, "Name of the role (default: manager-role)."
    )
    namespace: str = option(
        "",
        Shape.OBJECT_NAME,
        "Namespace of the rules whose markers name none; they make a Role there (default: a "
        "ClusterRole).",
    )
    keep_empty: bool = option(
        False,
        Shape.FLAG,
        "Write the role where no marker grants anything, too.",
    )
    check_calls: bool = option(
        False,
        Shape.FLAG,
        "Compare the requests of the modules with their markers.",
    )

    @property
    def folder(self) -> str:
        return self.output_dir


GENERATOR = Generator("rbac", "The role of the RBAC markers of controllers.", Options)
