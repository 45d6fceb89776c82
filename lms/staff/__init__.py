"""Staff: how HR keeps the register of persons: *contacts*, *leaving*, the department tree, *imports*."""
