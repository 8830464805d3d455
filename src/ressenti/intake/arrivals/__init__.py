"""How the rows of each file are written to the record: one module a file."""
