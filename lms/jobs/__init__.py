"""Clockwork: *jobs* are functions of an instant that may run twice without harm; APScheduler ticks."""
