"""Where to start: what learning is, and a network to play with."""
