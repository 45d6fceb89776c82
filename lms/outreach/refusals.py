"""Why something about requests and contacts is refused."""

from lms.kernel.errors import DomainError


class AlreadyAsked(DomainError):
    """The same thing was asked for and is still promised: ``promised_on``."""

    code = "already-asked"


class TooManyRequests(DomainError):
    """So many requests wait already that one more would not be heard sooner."""

    code = "too-many-requests"


class NotOpen(DomainError):
    """It has been answered, recorded or withdrawn meanwhile."""

    code = "not-open"


class NotAssigned(DomainError):
    """Somebody else has taken it on: ``name``."""

    code = "not-assigned"


class AlreadyVisited(DomainError):
    """A visit of that day is on record: by ``name``."""

    code = "already-visited"


class BadDay(DomainError):
    """A day that cannot be: ``fault`` is the code of ``rules.day_fault``."""

    code = "bad-day"


class NotOneself(DomainError):
    """Nobody is named as their own relative, or contacts themselves."""

    code = "not-oneself"


class BadNumber(DomainError):
    """Nobody can be called under that."""

    code = "bad-number"
