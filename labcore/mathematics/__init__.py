"""Mathematics for deep learning."""
