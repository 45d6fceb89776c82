"""Commands: what is done from a terminal."""
