"""What may go wrong: the distribution over runs that a mean hides."""
