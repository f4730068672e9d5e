"""How many people each group needs in each interval."""
