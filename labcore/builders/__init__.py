"""What networks, training loops and files of weights are built of."""
