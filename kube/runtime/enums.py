"""Enums that stay open: a value from a newer server is kept, not refused."""

from __future__ import annotations

from enum import StrEnum

MOST_REMEMBERED = 1000
"""Values of one enum kept as members. Without a bound, unknown values could fill the memory."""


class OpenEnum(StrEnum):
    """An enum of strings whose list of members may grow on the server.

    An unknown value becomes a member of its own, equal to its string and with that string for its
    name. It is not listed by iteration. Compare by `==`: the same value may come as two members.
    """

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        if len(cls._value2member_map_) >= MOST_REMEMBERED:
            return member
        known = cls._value2member_map_.setdefault(value, member)
        assert isinstance(known, OpenEnum)
        return known
