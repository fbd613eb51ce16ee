"""What markers of roles are told where they are wrong, and what `--check-calls` finds.

A case with a file `check-calls` holds the code of its controllers against their markers.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import naming, source
from codegen.diagnostics import Diagnostics
from codegen.generators import Context, Settings
from codegen.generators.rbac import Options, needs
from codegen.generators.rbac.generate import generate
from codegen.tags.declared.genclient import Method
from tests.golden import Golden, beside, reported

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(folder.name for folder in GOLDEN.iterdir())


def made(case: str) -> dict[str, str]:
    folder = (GOLDEN / case / "input").relative_to(ROOT).as_posix()
    diagnostics = Diagnostics()
    packages = ["apis/clusterprovisioner/v1alpha1", f"{folder}/controllers"]
    universe = source.read(ROOT, packages, diagnostics)
    settings = Settings(options=(Options(check_calls=(GOLDEN / case / "check-calls").exists()),))
    artifacts = list(generate(Context(universe, settings, diagnostics)))
    files = {} if diagnostics.failed else {Path(a.path).name: a.text for a in artifacts}
    return beside(files, reported(diagnostics, short=True))


@pytest.mark.parametrize("case", NAMES)
def test_a_case_makes_the_role_and_the_report_that_stand_beside_it(
    case: str, golden: Golden
) -> None:
    golden(GOLDEN / case / "expected", made(case))


def test_the_methods_of_kubernetes_own_kinds_are_known() -> None:
    """The toolchain does not import `kube.clientset`, so it has a table of these."""
    packages = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("kube/api/*/v*")]
    universe = source.read(ROOT, packages, Diagnostics())
    tagged = {
        naming.snake_case(method.value): (
            {"apply": "patch"}.get(method.verb, str(method.verb)),
            f"/{method.subresource}",
        )
        for package in universe.packages
        for struct in package.structs()
        for method in struct.tags.all(Method)
    }
    assert tagged == needs.BUILT_IN_METHODS
