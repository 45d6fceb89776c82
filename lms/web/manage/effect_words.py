"""The effect of training in words: topics, what changed from before to after, and what cannot be said."""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from lms.effects.rules import CLEAR, Compared, Share
from lms.effects.second import AlreadyDrafted, NobodyWeak, TooMany
from lms.item_analysis.rules import Sample, sample
from lms.kernel.errors import DomainError
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import LEAST
from lms.quizzes.topics import topics_of
from lms.web.citations import joined
from lms.web.formats import percent, whole_percent
from lms.web.formats import quarter as quarter_name
from lms.web.guard import asker
from lms.web.languages import chosen


def topic_name(topic: str) -> str:
    """What a topic is called in the language of the page; its id when the library no longer has it."""
    return topics_of(asker().release_id).title(topic, english=chosen() == "en") or topic


def points(compared: Compared) -> int:
    """By how many points of a hundred more was right, as the two numbers are read."""
    return whole_percent(compared.after.share) - whole_percent(compared.before.share)


def gain_words(compared: Compared) -> str:
    """What changed, or why that cannot be said."""
    if not compared.can_be_said:
        return few_words(compared.after)
    if abs(compared.gain) < CLEAR:
        return str(gettext("about the same"))
    change = points(compared)
    if change > 0:
        return str(ngettext("%(num)s point more", "%(num)s points more", change))
    return str(ngettext("%(num)s point less", "%(num)s points less", -change))


def few_words(found: Share) -> str:
    """Why a number is not shown."""
    if not found.people:
        return str(gettext("nobody so far"))
    return str(gettext("fewer than %(count)s people, not shown", count=LEAST))


def sample_words(found: Share) -> str:
    """How much a number allows to conclude; empty when enough were asked, or it is not shown."""
    kind = sample(found.people)
    if not found.can_be_said or kind is Sample.ENOUGH:
        return ""
    return str(gettext("a hint") if kind is Sample.TOO_FEW else gettext("preliminary"))


def sample_line(found: Share) -> str:
    """The same with how many were asked, or why the number is not shown."""
    if not found.can_be_said:
        return few_words(found)
    people = str(ngettext("%(num)s person", "%(num)s people", found.people))
    return joined(filter(None, [people, sample_words(found)]), "，")


def sentence(compared: Compared) -> str:
    """The whole of a course or a change in a sentence."""
    if not compared.can_be_said:
        return str(gettext("Too few people have handed in papers to say what changed."))
    before, after = (percent(one.share) for one in (compared.before, compared.after))
    if compared.gain >= CLEAR:
        text = gettext(
            "In the first papers %(before)s of the answers were right, in the latest %(after)s.",
            before=before,
            after=after,
        )
    elif compared.gain <= -CLEAR:
        text = gettext(
            "The latest papers are weaker than the first: before %(before)s of the answers were right, "
            "now %(after)s.",
            before=before,
            after=after,
        )
    else:
        text = gettext(
            "The latest papers are like the first: %(after)s of the answers are right.", after=after
        )
    return str(text)


_REFUSALS: Mapping[type[DomainError], Callable[[DomainError], str]] = {
    AlreadyDrafted: lambda _error: gettext("There is a second training for this already; here it is."),
    NobodyWeak: lambda _error: gettext("Nobody is below the line in it any more. Nothing was drafted."),
    TooMany: lambda error: gettext(
        "%(people)s people are concerned; at most %(most)s can be named one by one. "
        "Assign the course to the whole audience instead.",
        people=error.facts["people"],
        most=error.facts["most"],
    ),
}
REFUSED = tuple(_REFUSALS)


def refusal_words(error: DomainError) -> str:
    """Why no second training was drafted."""
    return str(_REFUSALS[type(error)](error))


def second_title(topic: str, quarter: Quarter) -> str:
    """What the campaign of a second training is called."""
    return str(
        gettext(
            "Second training: %(topic)s (%(quarter)s)", topic=topic_name(topic), quarter=quarter_name(quarter)
        )
    )
