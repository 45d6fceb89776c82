"""Quizzes: *banks* of questions by *topic*; a *paper* drawn and frozen; an *attempt* at it; a *verdict*.

A *series* is one run of attempts towards the same goal. Whoever sets the goal, above this floor, names it.
"""
