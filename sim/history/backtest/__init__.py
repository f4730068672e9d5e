"""Real days replayed and simulated, what came out beside what happened."""
