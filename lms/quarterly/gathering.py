"""All numbers of a report, gathered at once: some dozen statements whatever the headcount."""

from datetime import datetime

from lms.effects.queries import first_right
from lms.kernel.clock import china_date
from lms.kernel.quarters import Quarter
from lms.library.queries import live_release_id
from lms.planning import budgets
from lms.planning.queries import done as planned
from lms.quarterly import heard, training
from lms.quarterly.groups import Counted, groups, papers, total_owed
from lms.quarterly.policy_changes import changes
from lms.quarterly.rules import Before
from lms.quarterly.shapes import Budget, Cost, Event, Figures, Part, Topic
from lms.quarterly.training import Span
from lms.quizzes.topics import topics_of
from lms.workshops.held import Held, held
from lms.workshops.rules import EventKind


def gather(quarter: Quarter, at: datetime, before: Before | None = None) -> Figures:
    """The numbers of a quarter as they are at *at*. To be called in a snapshot.

    *before* is what has been signed of the quarter before; else it is counted as it is now.
    """
    span, release_id = Span(quarter, min(quarter.last, china_date(at))), live_release_id() or ""
    owed, written, satisfied = training.owed(span), training.written(span), heard.satisfied(span)
    before = before or _before(quarter)
    everybody = total_owed(owed.values())
    plan = planned(quarter, span.end)
    return Figures(
        quarter=str(quarter),
        end=span.end,
        until=at,
        required=everybody.part,
        before=before.required,
        excused=everybody.excused,
        left=training.left(span),
        assisted=training.assisted(span),
        papers=papers(written),
        satisfaction=satisfied.get(heard.EVERYBODY),
        changes=changes(span, at),
        topics=_topics(quarter, release_id),
        weakest_before=before.weakest,
        groups=groups(Counted(owed, written, satisfied)),
        needs=heard.needs(span, release_id),
        asked=heard.asked(span, release_id),
        events=_events(span),
        budget=_budget(span),
        plan=Part(part=plan.done, whole=plan.planned),
    )


def _before(quarter: Quarter) -> Before:
    span = Span(quarter.previous, quarter.previous.last)
    weak = first_right(quarter.previous)
    return Before(total_owed(training.owed(span).values()).part, weak[0].topic if weak else "")


def _topics(quarter: Quarter, release_id: str) -> tuple[Topic, ...]:
    """The weakest first."""
    topics = topics_of(release_id)
    return tuple(
        Topic(
            topic=one.topic,
            title=topics.title(one.topic) or one.topic,
            title_en=topics.title(one.topic, english=True) or one.topic,
            right=Part(part=one.right, whole=one.answers),
            people=one.people,
        )
        for one in first_right(quarter)
        if one.topic
    )


def _events(span: Span) -> tuple[Event, ...]:
    """One by one; visits at home together, for what they are called may name somebody."""
    every = held(span.first, span.end)
    visits = [one for one in every if one.event.kind is EventKind.HOME_VISIT]
    events = [_event(one) for one in every if one.event.kind is not EventKind.HOME_VISIT]
    if visits:
        together = {"key": "", "title": "", "came": sum(one.came for one in visits), "times": len(visits)}
        events.append(_event(visits[-1]).model_copy(update=together))
    return tuple(events)


def _event(one: Held) -> Event:
    return Event(
        key=one.event.key,
        kind=one.event.kind.value,
        title=one.event.title,
        on=china_date(one.event.starts_at),
        came=one.came,
    )


def _budget(span: Span) -> Budget | None:
    found = budgets.budget(span.quarter.year, span.end)
    if found is None:
        return None
    lines = (Cost(category=one.category.value, planned=one.planned, spent=one.spent) for one in found.lines)
    return Budget(
        per_head=found.per_head,
        heads=found.heads,
        total=found.total,
        planned=found.planned,
        spent=found.spent,
        lines=tuple(lines),
    )
