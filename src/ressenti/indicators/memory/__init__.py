"""Questions answered from the columns in memory: the same rows as their SQL gives, without the file."""
