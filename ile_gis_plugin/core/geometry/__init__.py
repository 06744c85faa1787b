"""Coordinates as numpy arrays: WKB in and out, lengths, neighbours. Knows no municipality."""
