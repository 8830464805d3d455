"""Beneath the pages: how the server listens, receives, protects itself, and answers what goes wrong."""
