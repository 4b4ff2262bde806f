"""Linear networks for regression and classification."""
