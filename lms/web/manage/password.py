"""A new first password for somebody who cannot sign in: shown once, to be handed over."""

from lms.access.operations import issue_password
from lms.access.queries import may_issue_password
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.reports.records import subject
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show


@screens.get("/people/<key>/password")
@requires(Permission.PASSWORD_ISSUE)
def password(key: str) -> str:
    """What will happen, and the button."""
    return show("password", who=subject(key), allowed=may_issue_password(asker(), key), issued="")


@screens.post("/people/<key>/password")
@requires(Permission.PASSWORD_ISSUE)
def issue(key: str) -> str:
    """The new password, on a page that is kept nowhere."""
    who = subject(key)
    with unit_of_work():
        issued = issue_password(asker(), key, at=clock.now())
    return show("password", who=who, allowed=True, issued=issued)
