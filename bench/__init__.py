"""How fast is it, and how much memory does it take? `make bench` measures and prints; nothing fails here."""
