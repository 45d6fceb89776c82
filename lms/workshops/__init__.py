"""Meeting people: events, seats, attendance and what it counts for."""
