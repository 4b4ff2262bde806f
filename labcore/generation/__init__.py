"""Models that make new data."""
