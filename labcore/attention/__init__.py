"""Labs about attention: which places of the input an output looks at."""
