"""What does every part of the pages look like in every state? `make gallery` shows it; no installation holds it."""
