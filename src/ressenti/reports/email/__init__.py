"""The report as a mail: what is in it, how it reads in words alone, and how mail programs show it."""
