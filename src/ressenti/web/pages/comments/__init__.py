"""The table of comments."""
