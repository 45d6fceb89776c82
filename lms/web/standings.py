"""How somebody stands towards the policies that concern them, as the pages list it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.kernel.clock import china_date
from lms.policies.queries import policies_of
from lms.rollouts.models import Change
from lms.rollouts.received import Received
from lms.rollouts.standing import Standing, known_by
from lms.web.guard import asker
from lms.web.languages import chosen

TAGS: Mapping[Standing, tuple[str, str]] = {
    Standing.CURRENT: ("done", "done"),
    Standing.OUTDATED: ("warn", "alert"),
    Standing.NEVER: ("", ""),
}
"""Standing → kind and icon of its tag."""
_ORDER = (Standing.OUTDATED, Standing.NEVER, Standing.CURRENT)


@dataclass(frozen=True)
class Line:
    """A policy and how somebody stands towards it. ``missed``: its changes that they have not made up for;
    ``learned``: the last one that they have, where it was asked for.
    """

    title: str
    standing: Standing
    missed: Sequence[Change]
    learned: Received | None

    @property
    def learned_on(self) -> date | None:
        """The day on which that was."""
        return china_date(self.learned.done_at) if self.learned and self.learned.done_at else None


def policy_name(document: str) -> str:
    """Short title of a document in the language of the page; its id when the library no longer has it."""
    found = policies_of(asker().release_id).documents.get(document)
    if found is None:
        return document
    return found.title_en if chosen() == "en" else found.short


def lines(person_id: int, day: date, received: Sequence[Received] = ()) -> list[Line]:
    """Every policy that concerns a person, as of a day; what has to be made up for comes first."""
    found = known_by(person_id, day)
    return [
        Line(
            policy_name(one.document),
            one.standing,
            one.missed,
            next((given for given in received if given.document == one.document and given.done_at), None),
        )
        for one in sorted(found, key=lambda known: _ORDER.index(known.standing))
    ]
