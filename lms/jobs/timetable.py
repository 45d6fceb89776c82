"""The jobs there are, and when each is due."""

from collections.abc import Sequence

from lms.jobs.campaigns import apply_standing_rules, send_campaigns
from lms.jobs.chasing import carry_remindings, escalate_overdue, post_to_groups, send_digests
from lms.jobs.effects import find_effects, mark_topics
from lms.jobs.housekeeping import clean_imports, clean_occurrences, clean_throttles, seal_journal
from lms.jobs.items import analyse_items
from lms.jobs.messages import send_messages
from lms.jobs.planning import open_planning_year, settle_plan
from lms.jobs.quarterly import count_reports, draft_reports, remind_of_reports
from lms.jobs.reports import catch_up_reports, reconcile_reports
from lms.jobs.robots import send_group_posts
from lms.jobs.rollouts import climb_ladder, deliver_changes, finish_changes
from lms.jobs.rules import Job, daily, every, quarterly, yearly
from lms.jobs.speech import speak_lessons
from lms.jobs.staff import carry_imports
from lms.jobs.surveys import invite_satisfaction, mix_responses, open_needs, tend_surveys
from lms.jobs.workshops import free_seats_of_leavers, remind_of_events

JOBS: Sequence[Job] = (
    Job("carry-imports", every(1), carry_imports),
    Job("send-campaigns", every(1), send_campaigns),
    Job("apply-standing-rules", every(5), apply_standing_rules),
    Job("deliver-changes", every(5), deliver_changes),
    Job("climb-ladder", daily(8, 30), climb_ladder),
    Job("send-digests", daily(8, 35), send_digests),  # who was reminded of a change gets none that day
    Job("free-seats", daily(8, 55), free_seats_of_leavers),  # who gets one is reminded as well
    Job("remind-of-events", daily(9), remind_of_events),
    Job("carry-remindings", every(1), carry_remindings),
    Job("escalate-overdue", daily(8, 40), escalate_overdue),
    Job("post-to-groups", daily(8, 50), post_to_groups),
    Job("finish-changes", every(5), finish_changes),
    Job("analyse-items", every(10), analyse_items),
    Job("mark-topics", every(10), mark_topics),
    Job("find-effects", daily(6, 20), find_effects),
    Job("draft-reports", quarterly(9, 30), draft_reports),
    Job("count-reports", every(5), count_reports),
    Job("remind-of-reports", daily(8, 45), remind_of_reports),
    Job("open-needs", quarterly(9), open_needs),
    Job("tend-surveys", daily(9, 5), tend_surveys),
    Job("invite-satisfaction", every(5), invite_satisfaction),
    Job("mix-responses", every(60), mix_responses),
    Job("open-planning-year", yearly(12, 1, 9, 10), open_planning_year),
    Job("settle-plan", daily(9, 20), settle_plan),
    Job("send-messages", every(seconds=30), send_messages, side_by_side=True),  # away within a minute
    Job("send-group-posts", every(1), send_group_posts, side_by_side=True),
    Job("catch-up-reports", every(1), catch_up_reports),
    Job("reconcile-reports", daily(4, 10), reconcile_reports),
    Job("speak-lessons", every(1), speak_lessons),
    Job("seal-journal", every(5), seal_journal),
    Job("clean-throttles", daily(3, 10), clean_throttles),
    Job("clean-imports", daily(3, 15), clean_imports),
    Job("clean-occurrences", daily(3, 20), clean_occurrences),
)


def job(name: str) -> Job:
    """The job of this name. Raises ``KeyError``."""
    return {one.name: one for one in JOBS}[name]
