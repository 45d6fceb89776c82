"""People who are reached by telephone, by letter or at home.

A *request* is what somebody asked for; a *contact* is a call or a visit that a colleague has taken on; a
*relative* is a member of the family who may help; a *hotline* is the company's own number for a place.
"""
