"""An import from its first look at the files to its outcome: checked, read in batches, committed, told."""
