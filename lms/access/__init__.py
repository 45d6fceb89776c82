"""Access: *accounts* of persons, signing in, *roles* and what they permit, language and type size."""
