"""The page of the viewer's own access."""
