"""What happened, for good: the operational store, its journal, and the people in it."""
