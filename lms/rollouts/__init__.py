"""Rollouts: one *change* of policy from its registration to the proof that everybody concerned knows it.

A change has typed *items* (what reads differently), *refresh tasks* (what has to be revised within 7 days),
*deliveries* per audience (who has to learn it within 14) and *recipients*.
"""
