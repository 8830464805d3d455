"""The advice that stands next to weak results."""
