"""Assignments: who must do what by when and why (*cause*); what follows a paper; *certificates*, *help*."""
