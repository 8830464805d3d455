"""How a database written by an older version becomes one that this version reads."""
