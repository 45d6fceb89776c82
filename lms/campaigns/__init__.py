"""Campaigns: training sent to a selection of people, by hand or by a rule, and the chasing after it."""
