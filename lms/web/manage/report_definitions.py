"""How the numbers of a report are worked out, and what is left out of them."""

from collections.abc import Iterator

from flask_babel import gettext

from lms.quarterly.shapes import Figures


def definitions(figures: Figures) -> list[str]:
    """How each number is worked out, and what is left out."""
    return [str(one) for one in _definitions(figures)]


def _definitions(figures: Figures) -> Iterator[str]:
    yield gettext(
        "Required training completed: people who finished everything that was due in the quarter by its "
        "end, of all with something due. Who had left is left out (%(left)s), and who was excused from all "
        "of it (%(excused)s). Percentages are rounded down.",
        left=figures.left,
        excused=figures.excused,
    )
    yield gettext(
        "Papers: the first papers handed in in the quarter, the pass line is 80 points; passed in the end: "
        "of these, passed at once or with a later paper by the end of the quarter."
    )
    yield gettext(
        "Policy changes: in time when every material was revised, confirmed or retired by day 7 after "
        "registration; learned: people who were done by day 14, of those who were to learn it."
    )
    yield gettext(
        "Satisfaction: of all answers from 1 to 5 that were given after courses completed in the quarter, "
        "the mean and as CSAT the share of 4 and 5; NPS: share of 9 and 10 less that of 0 to 6."
    )
    yield gettext(
        "Topics: right answers of all questions in first papers of the quarter; topics of fewer than 5 "
        "people are left out. Asked about: questions put to HR and what was written in surveys. Points "
        "raised: proposals made by the end of the quarter and not settled before it."
    )
    yield gettext(
        "New: hired in this quarter or the one before. Groups of fewer than 5 people, and what would "
        "give them away, are withheld. Practical tests are not offered yet."
    )
