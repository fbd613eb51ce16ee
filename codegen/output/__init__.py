"""Files to disk, each by who owns it: only what changed, each file whole or not at all.

`plan` compares what is wanted with what is there and decides; `verify` shows its answer, and
`apply` carries it out. A generated file is ours: it is rewritten, and pruned once nothing makes it
(`Artifact`). A seeded file is written where there is none, and is the user's from then on
(`Seed`). An edited file is the user's, and has a part that we keep up to date (`Edit`).
"""

from codegen.output.ownership import Edit, Folder, Former, Seed, generator_of
from codegen.output.planning import Change, Output, Plan, plan
from codegen.output.writing import Unfinished, apply, diff

__all__ = [
    "Change",
    "Edit",
    "Folder",
    "Former",
    "Output",
    "Plan",
    "Seed",
    "Unfinished",
    "apply",
    "diff",
    "generator_of",
    "plan",
]
