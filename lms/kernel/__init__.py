"""What every other folder stands on: clock, database, errors, permissions, settings, keys, text."""
