"""What is taken away: files and pictures."""
