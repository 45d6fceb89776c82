"""Item analysis: how hard a question is, how well it tells people apart, and whether a change broke it."""
