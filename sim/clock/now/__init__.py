"""A centre as it is now, described by people or by a saved run, and the rest of its day."""
