"""Labs about optimization: how a network finds its weights."""
