"""Computer vision."""
