"""Where records come from: one folder a source. An import knows of each what `source.py` says, and no more."""
