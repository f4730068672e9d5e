"""Where replications run."""
