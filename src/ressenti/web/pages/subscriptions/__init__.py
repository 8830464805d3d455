"""The reports that are mailed."""
