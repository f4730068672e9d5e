"""The contacts of a run ordered by type and group, and the compiled sums over them."""
