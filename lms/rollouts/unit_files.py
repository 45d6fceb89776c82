"""The files of units that say what a change has changed: the platform wrote them, folders lack them."""

from collections.abc import Mapping

from sqlalchemy import select

from lms.kernel.database import session
from lms.library.queries import files as files_of
from lms.library.queries import live_release_id
from lms.rollouts.models import Delivery
from lms.rollouts.unit_approval import is_of_unit


def with_units(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """*files* with every live unit of a change of which they have nothing: none is taken for removed."""
    named = session().scalars(select(Delivery.unit).distinct()).all()
    unknown = [unit for unit in named if not any(is_of_unit(path, unit) for path in files)]
    live = live_release_id()
    if not unknown or live is None:
        return dict(files)
    units = {
        path: content
        for path, content in files_of(live).items()
        if any(is_of_unit(path, unit) for unit in unknown)
    }
    return {**files, **units}
