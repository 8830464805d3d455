"""The filters of pages."""
