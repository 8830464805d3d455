"""The annotations on the axis of time."""
