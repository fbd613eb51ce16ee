"""What documents were seen to hold beyond what their classes declare, class by class.

It holds for the whole process, within bounds that whoever writes documents cannot move:

- A class knows at most MOST_LEARNED_NAMES undeclared names. One that would learn more begins anew
  with those of the present document.
- A document with more new names than that for one class teaches those that several of its objects
  have. What only one object has is odd, and not worth room in every other one.
- A class learns FREE_ROUNDS times at once; before each round after that, twice as many documents
  as before the last one have to ask for it. So rebuilding shadows costs no more than decoding the
  documents does.

What is not learned is decoded all the same, on a slower path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kube.runtime.strict import MAKING
from kube.runtime.survey import Observed, Survey

MOST_LEARNED_NAMES = 64
FREE_ROUNDS = 16

_NO_FIELD_NAME = re.compile(r'["\\\x00-\x1f]')


@dataclass(slots=True)
class Learned:
    """What documents hold beyond what a class declares, by JSON name."""

    unknown: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    rounds: int = 0
    asked: int = field(default=0)  # documents with news since the last round

    def take(self, observed: Observed) -> bool:
        """Learn from a document; False where it has no news, or news are not due."""
        new = {n for n in observed.names if n not in self.unknown and not _NO_FIELD_NAME.search(n)}
        if len(new) > MOST_LEARNED_NAMES:
            common = [name for name, count in observed.names.most_common() if count > 1]
            new = {name for name in common[:MOST_LEARNED_NAMES] if name in new}
        loose = observed.loose - self.loose
        if not new and not loose:
            return False
        self.asked += 1
        if self.rounds >= FREE_ROUNDS and self.asked < 2 ** (self.rounds - FREE_ROUNDS + 1):
            return False
        fits = len(self.unknown) + len(new) <= MOST_LEARNED_NAMES
        self.unknown = self.unknown | new if fits else frozenset(new)
        self.loose |= loose
        self.rounds += 1
        self.asked = 0
        return True


class Knowledge:
    """All that was learned in this process; `version` counts the lessons."""

    def __init__(self) -> None:
        self.version = 0
        self.classes: dict[Any, Learned] = {}

    def learn(self, survey: Survey) -> bool:
        """Whether a document taught anything."""
        with MAKING:
            taught = [self._of(cls).take(observed) for cls, observed in survey.items()]
            if any(taught):
                self.version += 1
        return any(taught)

    def rounds(self, classes: Iterable[Any]) -> int:
        """How often any of these classes has learned: it grows with each lesson of theirs."""
        known = self.classes
        return sum(known[cls].rounds for cls in classes if cls in known)

    def _of(self, cls: Any) -> Learned:
        learned = self.classes.get(cls)
        if learned is None:
            learned = self.classes[cls] = Learned()
        return learned


KNOWLEDGE = Knowledge()
