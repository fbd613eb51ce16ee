"""Tables as text that is Markdown as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Outcome

OURS = "**this project**"


@dataclass(frozen=True, slots=True)
class Column:
    """One number of each contestant. `scale` makes the unit of the title from the base unit."""

    title: str
    key: str
    scale: float = 1.0
    ratio: bool = True
    """Whether a column beside it says how many times ours each is."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a benchmark answers. `aims` say in words what was hoped for, and what came out."""

    title: str
    columns: Sequence[Column]
    outcomes: Sequence[Outcome]
    aims: Sequence[str] = ()
    reference: str = OURS

    def __str__(self) -> str:
        heads = ["", *(h for c in self.columns for h in _heads(c))]
        rows = [heads, ["---", *("---:" for _ in heads[1:])]]
        rows += [[o.name, *self._cells(o)] for o in self.outcomes]
        widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
        lines = [f"### {self.title}", ""]
        for row in rows:
            cells = [
                cell.ljust(width) if not i else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append(f"| {' | '.join(cells)} |")
        if self.aims:
            lines += ["", *(f"- {aim}" for aim in self.aims)]
        return "\n".join(lines)

    def _cells(self, outcome: Outcome) -> list[str]:
        if outcome.numbers is None:
            blanks = sum(len(_heads(c)) for c in self.columns) - 1
            return ["not installed", *("" for _ in range(blanks))]
        cells = []
        for column in self.columns:
            value = outcome.numbers.get(column.key)
            cells.append("" if value is None else number(value * column.scale))
            if column.ratio:
                ours = value_of(self.outcomes, self.reference, column.key)
                if value is None or ours is None or outcome.name == self.reference:
                    cells.append("")
                else:
                    cells.append(times(value / ours))
        return cells


def _heads(column: Column) -> list[str]:
    return [column.title, "times ours"] if column.ratio else [column.title]


def value_of(outcomes: Sequence[Outcome], name: str, key: str) -> float | None:
    """A contestant's number; its name may go on with a version."""
    for outcome in outcomes:
        if outcome.name == name or outcome.name.startswith(f"{name} "):
            return outcome.numbers.get(key) if outcome.numbers else None
    return None


def aim_of_ratio(
    outcomes: Sequence[Outcome], key: str, peer: str, least: float, ours: str = OURS
) -> str:
    """`aim: …` for a peer that should cost at least so many times what we do."""
    mine, other = value_of(outcomes, ours, key), value_of(outcomes, peer, key)
    much = "as much" if least == 1 else f"{least:g} times as much"
    wanted = f"aim: {peer} costs at least {much}"
    if mine is None or other is None:
        return f"{wanted}; not measured"
    return f"{wanted}; it is {times(other / mine)}, {met(other / mine >= least)}"


def aim_of_value(
    outcomes: Sequence[Outcome],
    key: str,
    most: float,
    unit: str,
    scale: float = 1.0,
    name: str = OURS,
) -> str:
    """`aim: …` for a cost of ours that should be at most so much."""
    value = value_of(outcomes, name, key)
    wanted = f"aim: at most {most:g} {unit}"
    if value is None:
        return f"{wanted}; not measured"
    return f"{wanted}; it is {number(value * scale)}, {met(value * scale <= most)}"


def met(yes: bool) -> str:
    return "met" if yes else "**missed**"


def times(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def number(value: float) -> str:
    for limit, places in ((1, 3), (10, 2), (100, 1)):
        if abs(value) < limit:
            return f"{value:.{places}f}"
    return f"{value:,.0f}"
