"""Who has access: people and tokens."""
