"""Every part of the pages in every state."""
