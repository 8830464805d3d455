"""The markers on the axis of time."""
