"""The undeclared members that documents have, class by class.

What is learned is shared by the whole process and bounded, whatever documents contain:

- A class knows at most MOST_LEARNED_NAMES undeclared names. A class that would know more keeps the
  most common ones of the current document and forgets the others.
- From a document with more new names than that for one class, only names that occur in several
  objects are learned. Names of a single object are not worth a member in every other one.
- A class learns at once FREE_ROUNDS times. Each further round waits for twice as many documents
  with new names as the one before, so that the cost of rebuilding shadows stays in proportion.

Members that are not learned are decoded too, on a slower path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kube.runtime.strict import BUILDING
from kube.runtime.survey import Observed, Survey

MOST_LEARNED_NAMES = 64
FREE_ROUNDS = 16

_NO_FIELD_NAME = re.compile(r'["\\\x00-\x1f]')


@dataclass(slots=True)
class Learned:
    """Undeclared names, and fields whose values the declared type refuses, by JSON name."""

    unknown: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    rounds: int = 0
    asked: int = 0  # documents with something new since the last round

    def take(self, observed: Observed) -> bool:
        """Learn from a document; False if nothing is new, or a round is not due."""
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
        self.unknown |= new
        if len(self.unknown) > MOST_LEARNED_NAMES:
            current = [n for n, _ in observed.names.most_common() if n in self.unknown]
            self.unknown = frozenset(current[:MOST_LEARNED_NAMES])
        self.loose |= loose
        self.rounds += 1
        self.asked = 0
        return True


class Knowledge:
    """What was learned in this process; `version` counts the changes."""

    def __init__(self) -> None:
        self.version = 0
        self.classes: dict[Any, Learned] = {}

    def learn(self, survey: Survey) -> bool:
        """Learn from a document; whether anything was learned."""
        with BUILDING:
            learned = [self._of(cls).take(observed) for cls, observed in survey.items()]
            if any(learned):
                self.version += 1
        return any(learned)

    def rounds(self, classes: Iterable[Any]) -> int:
        """How often these classes have learned: a number that grows with each round."""
        known = self.classes
        return sum(known[cls].rounds for cls in classes if cls in known)

    def _of(self, cls: Any) -> Learned:
        learned = self.classes.get(cls)
        if learned is None:
            learned = self.classes[cls] = Learned()
        return learned


KNOWLEDGE = Knowledge()
