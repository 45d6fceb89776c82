"""Notifications: *messages* to persons, and their *deliveries* over channels: the transactional outbox."""
