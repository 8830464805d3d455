"""What a cell means: text becomes numbers, timestamps, ratings, and what is ambiguous is noticed."""
