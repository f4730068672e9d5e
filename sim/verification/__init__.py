"""Is the simulator right? Cases of theory and of the literature, simulated and judged."""
