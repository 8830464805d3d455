"""The views people keep, open again and share."""
