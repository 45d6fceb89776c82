"""What training changed: marks by topic, before and after, and second trainings."""
