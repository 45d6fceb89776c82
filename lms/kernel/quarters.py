"""Quarters of a year: what surveys are asked in, and reports are about."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_NAME = re.compile(r"(20\d\d)-Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year; *number* is 1 to 4. As text ``2027-Q1``."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that a day falls into."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def named(cls, text: str) -> "Quarter":
        """The quarter of this name. Raises ``ValueError`` for what is none."""
        found = _NAME.fullmatch(text)
        if found is None:
            raise ValueError(f"no quarter: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> "Quarter":
        """The one before it."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
