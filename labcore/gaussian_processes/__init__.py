"""Labs on Gaussian processes."""
