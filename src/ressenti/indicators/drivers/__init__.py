"""Where a change comes from: which groups of an indicator's rows moved it, and by how much."""
