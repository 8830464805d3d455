"""Nothing about customers: refusals, clock, translation, settings."""
