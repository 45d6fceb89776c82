"""Codes and values of the floors below in words, for every edge that speaks to people."""
