"""Why something cannot be done to the register of people."""

from lms.kernel.errors import DomainError


class Yourself(DomainError):
    """Nobody leaves by their own doing: they could not take it back."""

    code = "yourself"


class BadContact(DomainError):
    """Contact data that cannot be right: ``facts["faults"]`` maps fields to codes."""

    code = "bad-contact"


class BadDay(DomainError):
    """The day lies outside of ``facts["since"]`` to ``facts["until"]``."""

    code = "bad-day"


class BadDepartmentName(DomainError):
    """A department's name is empty, too long, or would be taken for a path."""

    code = "bad-department-name"


class DepartmentNameTaken(DomainError):
    """Another department in the same place has this name."""

    code = "department-name-taken"


class UnderItself(DomainError):
    """A department would stand below itself."""

    code = "department-under-itself"


class DepartmentNotEmpty(DomainError):
    """There is somebody or something in it: ``facts["people"]``, ``facts["departments"]``."""

    code = "department-not-empty"


class CannotHead(DomainError):
    """Who is retired or has left heads no department."""

    code = "cannot-head"
