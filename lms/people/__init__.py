"""People: *persons* with an immutable key, *departments* in a tree with *heads*, *audiences*."""
