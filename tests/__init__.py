"""Sentences about behaviour, in folders that follow those of ``lms``."""
