"""The facts as columns in memory, beside the file: what exact medians over millions of rows are counted in."""
