"""Imports every module with tables, so that migrations see them all."""

from lms.access import models as access
from lms.assignments import models as assignments
from lms.courses import models as courses
from lms.jobs import models as jobs
from lms.journal import models as journal
from lms.kernel.database import Base
from lms.library import models as library
from lms.notifications import models as notifications
from lms.people import models as people
from lms.publishing import models as publishing
from lms.quizzes import models as quizzes
from lms.rollouts import models as rollouts

MODULES = (
    access,
    assignments,
    courses,
    jobs,
    journal,
    library,
    notifications,
    people,
    publishing,
    quizzes,
    rollouts,
)
METADATA = Base.metadata
