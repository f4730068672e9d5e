"""A year ahead: people needed, people there, and whom to hire when."""
