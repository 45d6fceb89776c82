"""Assignments: who must do what by when, and why (*cause*); what follows an attempt; *certificates*; *help*."""
