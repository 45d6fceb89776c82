"""What surveys and proposals refuse, each with a code that is put into words at the edge."""

from collections.abc import Mapping, Sequence

from lms.kernel.errors import DomainError
from lms.surveys.rules import Fault


class AlreadyAnswered(DomainError):
    """One person answers a survey once."""

    code = "survey-already-answered"


class SurveyClosed(DomainError):
    """It takes no answers any more. Fact ``closes_on``: its last day, ISO 8601."""

    code = "survey-closed"


class SurveyNotOpen(DomainError):
    """It takes no answers yet. Fact ``opens_on``: ISO 8601, or empty."""

    code = "survey-not-open"


class AnswersRefused(DomainError):
    """Something is missing or cannot be; ``faults`` says what, by the id of the question."""

    code = "survey-answers-refused"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(count=len(faults))
        self.faults = dict(faults)


class HasFaults(DomainError):
    """It cannot be opened; ``faults`` says why."""

    code = "survey-has-faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = list(faults)


class NotADraft(DomainError):
    """Once it is open it is as it is. Fact ``state``."""

    code = "survey-not-a-draft"


class SurveyMoved(DomainError):
    """Somebody else has saved it meanwhile."""

    code = "survey-moved"


class SurveyExists(DomainError):
    """The needs of a quarter are asked once. Fact ``quarter``."""

    code = "survey-exists"


class NotExtended(DomainError):
    """Only what is open can get a later last day, and only a later one. Fact ``closes_on``."""

    code = "survey-not-extended"


class AlreadyReminded(DomainError):
    """Nobody is reminded of the same survey twice on a day."""

    code = "survey-already-reminded"


class AnonymousAnswer(DomainError):
    """Nobody can tell who answered: it was never stored."""

    code = "survey-anonymous"


class ProposalSettled(DomainError):
    """It was settled already. Fact ``state``."""

    code = "proposal-settled"


class NoSuchCourse(DomainError):
    """What came of a proposal names no course or lesson that is live. Fact ``result``."""

    code = "proposal-no-such-course"


class NoteMissing(DomainError):
    """Whoever declines a proposal says why."""

    code = "proposal-note-missing"
