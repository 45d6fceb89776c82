"""Courses: *lessons* of 3–5 minutes in a few *pages* with one idea each, and unscored *checks* with reasons.

A page is marked policy, practice or case. A course is written in *standard* or *easy* form.
"""
