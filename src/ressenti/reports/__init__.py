"""What people look at: the contents of each report, what changed in it, its figures and how they are written."""
