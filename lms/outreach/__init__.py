"""People who are reached by telephone, by letter or at home: requests, contacts, letters."""
