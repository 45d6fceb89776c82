"""What may be scored: the same for everybody, verified, and in force."""

from copy import copy
from datetime import date

from lms.courses.writing import Writing
from lms.library.faults import Fault, Place
from lms.policies.queries import Policies
from lms.policies.references import write
from lms.policies.rules import ANY, NATION, Asked

MARKS = "law / agreed"


class ScoredWriting(Writing):
    """Writing of questions. What cannot be scored on *day* is a fault where it stands."""

    def __init__(self, policies: Policies, faults: list[Fault], day: date) -> None:
        super().__init__(policies, faults)
        self.day = day

    def about(self, day: date | None) -> "ScoredWriting":
        """Writing of a question that asks what holds on *day*; without one nothing differs."""
        other = copy(self)
        other.day = day or self.day
        return other

    def asked(self, inside: str, place: Place) -> Asked | None:
        """What ``[[inside]]`` asks for, with region and status; ``None`` when that cannot be scored."""
        asked = super().asked(inside, place)
        if asked is None:
            return None
        explicit = self._for_everybody(asked)
        if not explicit.is_explicit:
            right = f"[[{asked.name} region=… status=…]]"
            self.faults.append(place.fault("not-explicit", found=asked.name, right=right))
            return None
        value = self.policies.answer(explicit, self.day).current
        if value is None:
            right = self.policies.slots(asked.name)
            self.faults.append(place.fault("no-value", found=write(explicit), right=right))
        elif not value.mark.may_be_scored:
            self.faults.append(place.fault("not-verified", found=f"{asked.name} ({value.mark})", right=MARKS))
        return explicit

    def scored_clause(self, key: str, place: Place) -> None:
        """A fault when there is no such clause, it is not well enough verified, or not in force yet.

        One that has been repealed is none: its questions rest, and wait for somebody to look at them.
        """
        self.clause(key, place)
        clause = self.policies.clauses.get(key)
        if clause and not clause.mark.may_be_scored:
            self.faults.append(place.fault("not-verified", found=f"{key} ({clause.mark})", right=MARKS))
        coming = clause.announced(self.day) if clause and not clause.in_force(self.day) else None
        if coming:
            self.faults.append(place.fault("not-yet-in-force", found=f"{key} ({coming.on})"))

    def _for_everybody(self, asked: Asked) -> Asked:
        """With the nation filled in where all values are national, and any status where they hold for all."""
        values = self.policies.parameters[asked.name].values
        national = all(value.region == NATION for value in values)
        for_all = all(value.status == ANY for value in values)
        return asked.for_reader(NATION if national else "", ANY if for_all else "")
