"""Completion indexes as Jobs write them, such as `0-2,5`. Pure.

They stay intervals: a Job may have a hundred thousand indexes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Intervals:
    """Sets of numbers, as intervals in order: first and last number of each."""

    parts: tuple[tuple[int, int], ...] = ()

    @classmethod
    def parse(cls, text: str, below: int) -> Intervals:
        """What a status or a policy says, as far as the numbers are below the completions."""
        parts = []
        for each in filter(None, text.split(",")):
            first, _, last = each.partition("-")
            if not first.isdecimal() or (last and not last.isdecimal()):
                continue
            if int(first) < below:
                parts.append((int(first), min(int(last or first), below - 1)))
        return cls().merged(parts)

    def merged(self, parts: Iterable[tuple[int, int]]) -> Intervals:
        new: list[tuple[int, int]] = []
        for first, last in sorted([*self.parts, *parts]):
            if new and first <= new[-1][1] + 1:
                new[-1] = (new[-1][0], max(new[-1][1], last))
            else:
                new.append((first, last))
        return Intervals(tuple(new))

    def with_numbers(self, numbers: Iterable[int]) -> Intervals:
        return self.merged((number, number) for number in numbers)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.parts)

    def __contains__(self, number: int) -> bool:
        place = bisect_left(self.parts, number, key=lambda part: part[1])
        return place < len(self.parts) and self.parts[place][0] <= number

    def __str__(self) -> str:
        texts = []
        for first, last in self.parts:
            between = "," if last == first + 1 else "-"
            texts.append(str(first) if first == last else f"{first}{between}{last}")
        return ",".join(texts)

    def missing(self, below: int) -> Iterator[int]:
        """The numbers from 0 on that are not in the set."""
        number = 0
        for first, last in self.parts:
            yield from range(number, min(first, below))
            number = last + 1
        yield from range(number, below)

    def shared(self, other: Intervals) -> int:
        """How many numbers two sets have in common."""
        return sum(
            max(0, min(last, there) - max(first, here) + 1)
            for first, last in self.parts
            for here, there in other.parts
        )
