"""Why something about events and seats is refused."""

from lms.kernel.errors import DomainError


class NotPublished(DomainError):
    """The event is still a draft."""

    code = "event-not-published"


class AlreadyPublished(DomainError):
    """The event has been published, cancelled or held meanwhile: ``state``."""

    code = "event-already-published"


class EventCancelled(DomainError):
    """The event does not take place: ``reason``."""

    code = "event-cancelled"


class EventOver(DomainError):
    """The event has begun, or its attendance is closed."""

    code = "event-over"


class SignUpOver(DomainError):
    """Signing up was possible until ``until``."""

    code = "sign-up-over"


class WaitingFull(DomainError):
    """All seats and all places in the waiting line are taken."""

    code = "waiting-full"


class NoSeat(DomainError):
    """All seats are taken: ``capacity``."""

    code = "no-seat"


class Overlaps(DomainError):
    """Somebody has something else at the same time: ``events``."""

    code = "overlaps"


class NotSigned(DomainError):
    """Somebody has neither a seat nor a place in the line."""

    code = "not-signed"


class TakenOff(DomainError):
    """HR has taken them off the list: they can sign up again by HR alone. ``event``."""

    code = "taken-off"


class TooEarly(DomainError):
    """Checking in opens at ``opens``."""

    code = "too-early"


class TooLate(DomainError):
    """Checking in closed at ``closed``."""

    code = "too-late"


class PersonLeft(DomainError):
    """The person is not with the organisation any more."""

    code = "person-left"


class FaultyEvent(DomainError):
    """The event cannot be like that: ``faults`` of ``rules.faults``."""

    code = "faulty-event"


class ReasonMissing(DomainError):
    """Nothing is cancelled without a reason."""

    code = "reason-missing"


class CourseHasQuiz(DomainError):
    """The course ends with a quiz: being there does not replace it. ``course``."""

    code = "course-has-quiz"


class AlreadyCounted(DomainError):
    """The attendance of this event is closed: ``at``."""

    code = "already-counted"


class AttendanceMissing(DomainError):
    """Of some people nobody has said whether they were there: ``count``."""

    code = "attendance-missing"


class OwnHelper(DomainError):
    """Nobody is their own helper: ``person``."""

    code = "own-helper"
