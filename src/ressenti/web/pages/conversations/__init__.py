"""The list of conversations, and each of them."""
