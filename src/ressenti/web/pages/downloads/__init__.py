"""What is downloaded: files and pictures."""
