"""Imports every module with tables, so that migrations see them all."""

from lms.access import models as access
from lms.assignments import models as assignments
from lms.campaigns import models as campaigns
from lms.courses import models as courses
from lms.effects import models as effects
from lms.item_analysis import models as item_analysis
from lms.jobs import models as jobs
from lms.journal import models as journal
from lms.kernel.database import Base
from lms.library import models as library
from lms.notifications import channels, paces, robots
from lms.notifications import models as notifications
from lms.outreach import mailings
from lms.outreach import models as outreach
from lms.people import models as people
from lms.planning import models as planning
from lms.publishing import models as publishing
from lms.quarterly import models as quarterly
from lms.quizzes import models as quizzes
from lms.reports import models as reports
from lms.rollouts import models as rollouts
from lms.staff import models as staff
from lms.surveys import models as surveys
from lms.workshops import models as workshops

MODULES = (
    access,
    assignments,
    campaigns,
    channels,
    courses,
    effects,
    item_analysis,
    jobs,
    journal,
    library,
    mailings,
    notifications,
    outreach,
    paces,
    people,
    planning,
    publishing,
    quarterly,
    quizzes,
    reports,
    robots,
    rollouts,
    staff,
    surveys,
    workshops,
)
METADATA = Base.metadata
