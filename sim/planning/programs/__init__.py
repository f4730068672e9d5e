"""What may be worked, what has to be kept, and the integer program of the two."""
