"""Imports every module with tables, so that migrations see them all."""

from lms.access import models as access
from lms.assignments import models as assignments
from lms.campaigns import models as campaigns
from lms.courses import models as courses
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
from lms.publishing import models as publishing
from lms.quizzes import models as quizzes
from lms.reports import models as reports
from lms.rollouts import models as rollouts
from lms.staff import models as staff

MODULES = (
    access,
    assignments,
    campaigns,
    channels,
    courses,
    item_analysis,
    jobs,
    journal,
    library,
    mailings,
    notifications,
    outreach,
    paces,
    people,
    publishing,
    quizzes,
    reports,
    robots,
    rollouts,
    staff,
)
METADATA = Base.metadata
