"""The pages people open, a folder each, and what surrounds all of them."""
