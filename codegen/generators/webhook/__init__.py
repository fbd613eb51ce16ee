"""`config/webhook/manifests.yaml`: the admission webhooks of `+kubebuilder:webhook` markers."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import generators
from codegen.generators import Generator
from codegen.options import Shape, option


@dataclass(frozen=True, slots=True)
class Options(generators.Options):
    output_dir: str = option(
        "config/webhook", Shape.FOLDER, "Folder for manifests.yaml (default: config/webhook)."
    )

    @property
    def folder(self) -> str:
        return self.output_dir


GENERATOR = Generator("webhook", "Configurations of admission webhooks.", Options)
