"""The report of a quarter: its numbers and words, gathered once, signed and then frozen, by editions."""
