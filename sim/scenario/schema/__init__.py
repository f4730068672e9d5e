"""A scenario file as a planner writes it."""
