"""How conversations held elsewhere arrive: files are read, checked row by row, and accepted into the record."""
