"""Imports every module with tables, so that migrations see them all."""

from lms.access import models as access
from lms.assignments import models as assignments
from lms.courses import models as courses
from lms.journal import models as journal
from lms.kernel.database import Base
from lms.library import models as library
from lms.people import models as people
from lms.quizzes import models as quizzes

MODULES = (access, assignments, courses, journal, library, people, quizzes)
METADATA = Base.metadata
