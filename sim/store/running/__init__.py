"""Studies under way: opened, simulated, kept."""
