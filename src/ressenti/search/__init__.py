"""What was written, by its words: messages and comments are found without keeping a second copy of them."""
