"""Reports: numbers and lists across everything, read only."""
