"""Why something about the training year is refused."""

from lms.kernel.errors import DomainError


class BadDays(DomainError):
    """Days that cannot be: ``faults`` are codes of ``rules.days_faults``."""

    code = "bad-days"


class NotPlanned(DomainError):
    """It is done or dropped already, or planned again meanwhile: ``state``."""

    code = "not-planned"


class NoSuchPerson(DomainError):
    """Nobody who is with the organisation has this employee number: ``number``."""

    code = "no-such-person"


class AlreadyMember(DomainError):
    """They have this duty in the project group already."""

    code = "already-member"


class SpentLater(DomainError):
    """Money is entered once it was spent, not before: ``today``."""

    code = "spent-later"
