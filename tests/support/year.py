"""The clock moved through days, months or a year, with the clockwork at work at every instant that is due.

What is due by the hour of the day, on workdays or N days after something, runs at its own instant. What is
due every few minutes finds the same to do at each of them: it runs a few times a day only.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import time_machine

from lms.jobs.rules import Job, next_due
from lms.jobs.runner import Ran, run_due
from lms.kernel.cadences import Often
from lms.kernel.clock import china_date, start_of_day

WORKER = "year"


@dataclass
class Driven:
    """What ran, how long each job took by the clock and on the processor, and what failed."""

    runs: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    processor: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: list[Ran] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Seconds of all jobs together."""
        return sum(self.seconds.values())


def drive(
    since: date,
    until: date,
    jobs: Sequence[Job],
    *,
    pulse: timedelta = timedelta(hours=12),
    at_day: Callable[[datetime], None] = lambda at: None,
) -> Driven:
    """Live through the days from *since* to before *until*; *at_day* is what people do each day at its begin.

    Needs an application context.
    """
    driven, day = Driven(), None
    with time_machine.travel(start_of_day(since), tick=False) as clock:
        for at in _instants(jobs, start_of_day(since), start_of_day(until), pulse):
            clock.move_to(at)
            if china_date(at) != day:
                day = china_date(at)
                at_day(at)
            _work(driven, at, jobs, pulse)
    return driven


def _work(driven: Driven, at: datetime, jobs: Sequence[Job], pulse: timedelta) -> None:
    is_pulse = (at - start_of_day(china_date(at))) % pulse == timedelta()
    for job in jobs:
        if is_pulse if _is_often(job) else _is_due(job, at):
            start, begun = time.perf_counter(), time.process_time()
            ran = run_due(at, WORKER, [job])
            driven.seconds[job.name] += time.perf_counter() - start
            driven.processor[job.name] += time.process_time() - begun
            driven.runs[job.name] += len(ran)
            driven.failed += [one for one in ran if one.outcome is None or one.outcome.failures]


def _is_often(job: Job) -> bool:
    return job.trigger.cadence.often is Often.SECONDS


def _is_due(job: Job, at: datetime) -> bool:
    return next_due(job, at - timedelta(seconds=1)) == at


def _instants(jobs: Sequence[Job], since: datetime, until: datetime, pulse: timedelta) -> Iterator[datetime]:
    found = {since + number * pulse for number in range((until - since) // pulse)}
    for job in (one for one in jobs if not _is_often(one)):
        at = next_due(job, since - timedelta(seconds=1))
        while at and at < until:
            found.add(at)
            at = next_due(job, at)
    return iter(sorted(found))
