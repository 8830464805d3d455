"""Where a record is kept: everything that knows which database it is stands here."""
