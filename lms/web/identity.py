"""What a person is shown about themselves, as confirmed by HR."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from lms.access.queries import Asker
from lms.people.models import Status
from lms.policies.queries import policies_of
from lms.web.citations import place_name

STATUS_WORDS: Mapping[Status, LazyString] = {
    Status.IN_SERVICE: lazy_gettext("in service"),
    Status.RETIRED: lazy_gettext("retired"),
}


def region_name(release_id: str, code: str) -> str:
    """Name of a region in the language of the page; its code when the library does not know it."""
    policies = policies_of(release_id)
    if code in policies.regions:
        return place_name(policies, code)
    return str(gettext("region code %(code)s", code=code))


def own_facts(asker: Asker) -> list[tuple[str, str]]:
    """Pairs of term and text: what decides which rules and which courses a person is shown."""
    return [
        (gettext("Name"), asker.name),
        (gettext("Employee number"), asker.number),
        (gettext("Insured in"), region_name(asker.release_id, asker.region)),
        (gettext("Standing"), str(STATUS_WORDS[asker.status])),
    ]
