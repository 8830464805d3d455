"""The Customer experience report as a page."""
