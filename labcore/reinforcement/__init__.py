"""Labs about reinforcement learning: how an agent finds out what pays."""
