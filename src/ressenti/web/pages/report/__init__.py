"""What reports have in common: their parts, and how a page waits for them."""
