"""Typesetting: structured text to PDF, in embedded Chinese fonts."""
