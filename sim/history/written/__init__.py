"""A fit as files: the scenario, its numbers, its pictures."""
