"""What needs a GPU; skipped where there is none."""
