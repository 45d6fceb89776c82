"""Asking people: surveys, invitations, responses, and the proposals that come of them.

A *survey* is a list of questions with a first and a last day; an *invitation* says who is asked, and no more
than that they have answered; a *response* is what was chosen and a *comment* what was written, neither of
which names anybody where the survey is anonymous. *Tallies* count what was chosen. A *rolling* survey is
asked after a course, of whoever completed it in the quarter. A *proposal* is a wish for content that came of
what people said, with what became of it.
"""
