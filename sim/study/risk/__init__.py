"""What may go wrong: the distribution over runs where a mean hides it."""
