"""What every figure and breakdown means."""
