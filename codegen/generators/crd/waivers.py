"""Comments above markers that waive what a server accepts and we refuse.

`# codegen: ignore[bad-path]` stands in imported modules: a print column that leads nowhere is of no
use, and the CRD that came had it.
"""

from __future__ import annotations

from collections.abc import Iterable

from codegen.diagnostics import WAIVABLE, Diagnostic, Diagnostics
from codegen.model import Package, Position


class Waivers:
    """The waivers of a run, and which of them had an effect."""

    def __init__(self) -> None:
        self._used: set[tuple[str, int, str]] = set()

    def over(self, package: Package, diagnostics: Diagnostics) -> Diagnostics:
        """Diagnostics that leave out what a comment of the package waives."""
        places = {
            (silence.path, silence.line, code)
            for silence in package.silences
            for code in silence.codes & WAIVABLE
        }
        return _Waiving(places, self._used, diagnostics) if places else diagnostics

    def report_idle(self, packages: Iterable[Package], diagnostics: Diagnostics) -> None:
        """Warn of the waivers that waive nothing, in packages all of whose kinds were made."""
        for package in packages:
            for silence in package.silences:
                for code in sorted(silence.codes & WAIVABLE):
                    if (silence.path, silence.line, code) not in self._used:
                        diagnostics.warning(
                            Position(silence.path, silence.line),
                            f"there is no {code} here to ignore",
                            code="idle-ignore",
                            hint=f"remove {code} from the comment # codegen: ignore[…]",
                        )


class _Waiving(Diagnostics):
    def __init__(
        self,
        places: set[tuple[str, int, str]],
        used: set[tuple[str, int, str]],
        diagnostics: Diagnostics,
    ) -> None:
        super().__init__()
        self._places = places
        self._used = used
        self._diagnostics = diagnostics

    def add(self, diagnostic: Diagnostic) -> None:
        position = diagnostic.position
        place = position.path, position.line, diagnostic.code
        if place in self._places:
            self._used.add(place)
        else:
            self._diagnostics.add(diagnostic)
