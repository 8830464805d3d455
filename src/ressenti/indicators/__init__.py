"""What a figure means: each indicator and each dimension declared once, and every question answered from that."""
