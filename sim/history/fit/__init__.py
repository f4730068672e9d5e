"""From history to the numbers of a scenario, each with its source and how sure it is."""
