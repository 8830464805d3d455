"""The list of conversations, and each of them: its transcript, its events, and how it was measured."""
